// The camera of the door: pictures go to the reader in this browser and nowhere else.

const EVERY = 120;
const SAME = 4000;
const WIDEST = 800;

/** Loads the reader once. */
let reader;
function load(script, wasm) {
  reader ??= new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script;
    element.onerror = reject;
    element.onload = () =>
      window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true }).then(
        () => resolve(window.ZXingWASM),
        reject,
      );
    document.head.append(element);
  });
  reader.catch(() => (reader = undefined));
  return reader;
}

/** Opens the camera and calls `read` for each code that `expects` fits, not while `busy`. Rejects without camera. */
export async function open(panel, { busy, read, expects }) {
  const video = panel.querySelector("video");
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  let zxing;
  try {
    zxing = await load(panel.dataset.reader, panel.dataset.wasm);
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    stop();
    throw error;
  }
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  let going = true;

  async function look() {
    if (!going) return;
    if (video.videoWidth && !document.hidden && !busy()) {
      const scale = Math.min(1, WIDEST / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = drawing.getImageData(0, 0, canvas.width, canvas.height);
      const found = await zxing.readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
      for (const { text } of found) {
        if (!expects.test(text)) continue;
        const last = seen.get(text) ?? 0;
        // As long as a code stays in the picture it counts once.
        seen.set(text, performance.now());
        if (performance.now() - last > SAME || !last) read(text);
      }
    }
    setTimeout(look, EVERY);
  }
  look();
  return {
    stop() {
      going = false;
      stop();
      video.srcObject = null;
    },
  };
}
