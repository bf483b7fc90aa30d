"""Pages of the feedback room."""

from feedback.routes import answers, previews, surveys

ROUTES = [*answers.ROUTES, *surveys.ROUTES, *previews.ROUTES]
