// How the pages that the browser walk saved are checked. Each exception has its reason.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // The names of a party are several text fields under one name, in order, so that it works without script.
    "form-dup-name": "off",
  },
};
