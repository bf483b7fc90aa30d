"""The addresses of surveys, and of the look at e-mails, the survey's among them."""

from feedback.routes import previews, surveys

ROUTES = [*surveys.ROUTES, *previews.ROUTES]
