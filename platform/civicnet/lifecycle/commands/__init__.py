"""The life cycle's own sub-commands of ``civicnet plugins``."""

from civicnet.lifecycle.commands.filing import APPLY, EXPORT
from civicnet.lifecycle.commands.linting import LINT
from civicnet.lifecycle.commands.looking import CHANGES, LIST, RETRY, SHOW
from civicnet.lifecycle.commands.moving import OFF, ON, SET, SITE, UNDO, UNSET
from civicnet.lifecycle.commands.removing import ORPHANS, RESTORE, UNINSTALL
from civicnet.lifecycle.commands.repairing import DEMO, RESET

OWN = (
    *(LIST, RETRY, SHOW, ON, OFF, SITE, SET, UNSET, CHANGES, UNDO, APPLY, EXPORT),
    *(RESET, DEMO, LINT, UNINSTALL, RESTORE, ORPHANS),
)
