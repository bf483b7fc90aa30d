"""Pages of the feedback room."""

from feedback.routes import (
    answers,
    comparisons,
    dialogue_reports,
    insights,
    kiosk,
    live,
    open_data,
    paper,
    planning,
    previews,
    questionnaires,
    surveys,
    texts,
)

ROUTES = [
    *answers.ROUTES,
    *texts.ROUTES,
    *comparisons.ROUTES,
    *dialogue_reports.ROUTES,
    *insights.ROUTES,
    *open_data.ROUTES,
    *surveys.ROUTES,
    *previews.ROUTES,
    *planning.ROUTES,
    *live.ROUTES,
    *questionnaires.ROUTES,
    *paper.ROUTES,
    *kiosk.ROUTES,
]
