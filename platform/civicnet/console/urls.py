"""The desk: where it begins, and how workers sign in, who have no business in the administration."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from civicnet.console.desk import home, mine
from civicnet.console.forms import DeskSignInForm

urlpatterns = [
    path("", home, name="desk"),
    path("mine/", mine, name="desk_mine"),
    path(
        "sign-in/",
        LoginView.as_view(
            template_name="console/desk_sign_in.html",
            authentication_form=DeskSignInForm,
            redirect_authenticated_user=True,
            next_page="desk",
        ),
        name="desk_sign_in",
    ),
    path("sign-out/", LogoutView.as_view(next_page="desk_sign_in"), name="desk_sign_out"),
]
