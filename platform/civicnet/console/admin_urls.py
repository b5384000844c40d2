"""Pages of the administration that stand before Wagtail's own of the same address."""

from django.urls import path
from wagtail.admin.auth import require_admin_access

from civicnet.console.account import AccountView

urlpatterns = [path("account/", require_admin_access(AccountView.as_view()), name="wagtailadmin_account")]
