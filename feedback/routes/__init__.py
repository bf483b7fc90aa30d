"""Pages of the feedback room."""

from feedback.routes import answers, previews, surveys, texts

ROUTES = [*answers.ROUTES, *texts.ROUTES, *surveys.ROUTES, *previews.ROUTES]
