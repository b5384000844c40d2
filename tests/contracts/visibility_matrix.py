"""The matrix: what every door shows, and to whom. Whoever adds a model or a door adds its line here.

A line names the kinds of rows that a door shows and the roles that see them; everybody else sees none of any kind, and
everybody sees only the places that are theirs. ``test_visibility.py`` asks as every watcher at every door. GraphQL has its
lines in ``visibility_graphql.py``.
"""

from __future__ import annotations

from dataclasses import replace

from visibility_graphql import GRAPHQL
from visibility_walk import export, page
from visibility_watchers import CASES, EVERYBODY, GRIDS, NAMES, PLAN, READ, STAFF, WATCHERS

__all__ = ["CLOSED", "KEPT", "PROBES", "ROWS", "WATCHERS"]

# Whoever has one of these roles may open Wagtail's admin; workers, portals and passers-by are sent to the sign-in.
OFFICE = tuple(role for role in STAFF if role != "worker")
PERSON = {"grid": GRIDS, "worker phone": NAMES}
CASE_LIST = {"case queued replied caseaddress queuedaddress repliedaddress": CASES}
# Masked, as in each case's file.
CASE_EXPORT = {"case queued replied caseaddress queuedaddress repliedaddress callerphone": CASES}
ASSESSMENT_EXPORT = {"form item subject comment score": ("assessor",)}
CASE_FILE = {"case caseaddress callerphone": CASES}
PLACERS = ("editor", "chief_reviewer", "superuser")
# A restriction or a review hides nothing from whoever writes there.
ARTICLE_EXPORT = {"article draft review closed": ("editor",)}
REVIEWS = {"review": ("editor", "first_reviewer", "chief_reviewer", "superuser"), "sheet": ("chief_reviewer",)}
# All of them stand in the near column.
WAITED = {"+draft +review": ("editor", "superuser")}
SHEETS = {"sheet": ("editor", "chief_reviewer", "superuser")}
HOLDERS = {"case caseaddress": EVERYBODY}
PAGES = [
    # The host's own screens.
    *page("desk"),
    *page("desk_sign_in"),
    *page("display"),
    *page("graphql_schema"),
    *page("graphql_costs"),
    *page("wagtailadmin_home", shows={"review": ("editor", "first_reviewer")}),
    *page("civicnet_preview", "draft"),
    *page("civicnet_preview", "closed"),
    *page("plugins:index"),
    *page("plugins:plugin", "grid"),
    *page("plugins:settings", "hotline"),
    *page("plugins:sites", "hotline"),
    *page("plugins:switch_off", "grid"),
    *page("plugins:switch_on", "grid"),
    *page("audit:record", "audit", shows={"reason audit": ("auditor",)}),
    *page("audit:verification"),
    *page("audit:index", shows={"reason article closed client": ("auditor",)}),
    *page("audit:index_results", q="ZQPLACEREASON", shows={"reason": ("auditor",)}),
    *page("imports:index", shows={"job": ("roster_clerk",)}),
    *page("imports:new"),
    *page("imports:template", "grid.roster"),
    *page("imports:job", "job", shows={"job finding": ("roster_clerk",)}),
    *page("imports:progress", "job"),
    *page("imports:confirm", "job"),
    *page("imports:cancel", "job"),
    *page("imports:columns", "job"),
    *page("imports:undo", "job"),
    *page("imports:faults", "job", shows={"finding": ("roster_clerk",)}),
    *export("grid.roster", "csv", {"worker phone": NAMES}),
    *export("grid.roster", "xlsx", {"worker phone": NAMES}),
    *export("grid.grids", "json", {"grid": GRIDS}),
    *export("hotline.cases", "json", CASE_EXPORT),
    *export("assessment.results", "json", ASSESSMENT_EXPORT),
    *export("hotline.categories", "csv", {}),
    *export("publicity.words", "csv", {}),
    *export("publicity.leaders", "csv", {}),
    *export("platform.organisations", "csv", {}),
    *export("platform.calendar", "csv", {}),
    # What readers see goes out, and what one may write; nothing of it from other sites' editors.
    *export("publicity.articles", "csv", ARTICLE_EXPORT),
    *export("publicity.columns", "csv", {}),
    # Requests for full values: their own, and those of the area in which they decide.
    *page("exports:index"),
    *page("exports:new"),
    *page("exports:request", "disclosure", shows={"disclosure": ("=roster_clerk", "data_officer")}),
    *page("exports:decide", "disclosure"),
    *page("exports:fetch", "disclosure"),
    # Burdens: sums under the names of forms.
    *page("burden:index", shows={"form": ("administrator", "assessor")}),
    *page("burden:file", shows={"form": ("administrator", "assessor")}),
    # People, roles, organisations, API clients: the administrator's.
    *page("people:index", shows={"person": ("administrator",)}),
    *page("people:index_results", q="ZQPLACEPERSON", shows={"person": ("administrator",)}),
    *page("people:new"),
    *page(
        "people:person",
        "person",
        shows={"person": ("administrator",)},
        tells="whoever also works elsewhere is not managed here, and the page says that much",
    ),
    *(
        probe
        for act in ("appoint", "rename", "password", "close", "open")
        for probe in page(f"people:{act}", "person", shows={"person": ("administrator",)})
    ),
    *page("people:end", "position", shows={"person": ("administrator",)}),
    *page("permissions:index"),
    *page("permissions:mine"),
    *page("desk_mine"),
    *page("permissions:who", permission="civicnet_hotline.handle_case", shows={"person": ("administrator",)}),
    *page("permissions:person", "person", shows={"person": ("administrator",)}),
    *page("roles:index"),
    *page("roles:new"),
    *page("roles:role", "role"),
    *page("roles:delete", "role"),
    *page("organisations:index"),
    *page("organisations:suggest", q="红旗"),
    *page("organisations:organisation", "organisation", shows={"person": ("administrator",)}),
    *(
        probe
        for act in ("new", "rename", "move", "merge", "close")
        for probe in page(f"organisations:{act}", "organisation")
    ),
    *page("clients:index", shows={"client": ("administrator",)}),
    *page("clients:index_results", q="ZQPLACECLIENT", shows={"client": ("administrator",)}),
    *page("clients:new"),
    *(
        probe
        for act in ("change", "rotate", "secret", "withdraw", "revoke", "add_webhook")
        for probe in page(f"clients:{act}", "client", shows={"client": ("administrator",)})
    ),
    *page("clients:client", "client", shows={"client webhook": ("administrator",)}),
    *page("clients:revoke_key", "client", "key"),
    *page("clients:webhook", "webhook", shows={"client webhook delivery": ("administrator",)}),
    *page("clients:change_webhook", "webhook", shows={"client webhook": ("administrator",)}),
    *page("clients:end_webhook", "webhook", shows={"client webhook": ("administrator",)}),
    *page("clients:replay", "delivery"),
    *page("calendar_days:index"),
    *page("calendar_days:index_results", q="ZQ"),
    *page("calendar_days:new"),
    *page("caches:index"),
    *page("graphql_documents:index"),
    *page("graphql_documents:index_results", q="ZQPLACEDOCUMENT"),
    *page("graphql_documents:new", shows={"client": ("administrator",)}),
    # Grids.
    *page("grid_workers:index", shows={"worker phone": NAMES}),
    *page("grid_workers:index_results", q="ZQPLACEWORKER", shows={"worker phone": NAMES}),
    *page("grid_workers:file", "worker", shows={"worker phone grid": NAMES}),
    *page("grid_workers:show", "worker", "phone", shows={}),
    *page("grid:my_grid", shows={"grid worker phone": ("worker",)}),
    *page("grid_grids:index", shows={"grid": GRIDS}),
    *page("grid_grids:index", q="ZQPLACEGRID", shows={"grid": GRIDS}),
    *page("grid_grids:index_results", ordering="-held", shows={"grid": GRIDS}),
    *page("grid_grids:index", export="json", shows={"grid": GRIDS}),
    *page("grid_grids:open"),
    *page("grid_grids:file", "grid", shows=PERSON),
    *page("grid_posts:index", shows={"grid worker phone": NAMES}),
    *page("grid_posts:index_results", q="ZQPLACEWORKER", shows={"grid worker phone": NAMES}),
    *page("grid_posts:absence", "post", shows={"grid": ("supervisor",)}),
    *page("grid_posts:end", "post", shows={"grid": ("roster_clerk",)}),
    *page("grid_posts:account", "post", shows={"grid": ("roster_clerk",)}),
    *page("grid_absences:index", shows={"grid absence": NAMES}),
    *page("grid_absences:index_results", q="ZQPLACEWORKER", shows={"grid absence": NAMES}),
    *page("grid_absences:withdraw", "absence", shows={"grid absence": ("supervisor",)}),
    # Cases.
    *page("hotline_cases:index", shows=CASE_LIST),
    *page("hotline_cases:index", export="json", shows=CASE_EXPORT),
    *page("hotline_cases:index", export="geojson", shows=CASE_EXPORT),
    *page("hotline_cases:index_results", q="ZQPLACECASE", shows={"case caseaddress": CASES}),
    *page("hotline_cases:file", "case", shows=CASE_FILE | {"casestep": CASES}),
    *page("hotline_cases:dispatch", "queued", shows={"+grid queued queuedaddress": ("dispatcher",)}),
    *page("hotline_cases:act", "case", "reply"),
    *page("hotline_cases:act", "replied", "follow-up"),
    *page("hotline:desk", shows={"case caseaddress": ("worker",)}),
    *page("hotline:desk_case", "casenumber", shows=CASE_FILE | {"case caseaddress  callerphone": ("worker",)}),
    *page("hotline:desk_act", "casenumber", "reply"),
    *page("hotline:ask"),
    # Of pages that readers see, the titles.
    *page("hotline:report_error"),
    *page("hotline:look_up"),
    *page("hotline:look_up", token="token-of-{place}-case"),
    *page("hotline:received", "casetoken", by_address=True),
    *page("hotline:progress", "casetoken", shows=HOLDERS, by_address=True),
    *page("hotline:open311_discovery", "json"),
    *page("hotline:open311_services", "json"),
    *page("hotline:open311_service", "light", "json"),
    *page(
        "hotline:open311_requests",
        "json",
        shows=dict.fromkeys(CASE_LIST, ("portal",)),
    ),
    *page(
        "hotline:open311_requests", "json", service_request_id="{place}-case", shows={"case caseaddress": ("portal",)}
    ),
    *page("hotline:open311_request", "casenumber", "json", shows={"case caseaddress": ("portal",)}),
    *page("hotline:open311_token", "casetoken", "json", by_address=True),
    # Assessment.
    *page("assessment_forms:index", shows={"form": ("assessor",)}),
    *page("assessment_forms:index_results", q="ZQPLACEFORM", shows={"form": ("assessor",)}),
    *page("assessment_forms:open"),
    *page("assessment_forms:held", label="联系电话"),
    *page("assessment_forms:form", "form", shows={"form item subject": ("assessor",)}),
    *page("assessment_forms:fill", "form", shows={"form": ("assessor",)}),
    *page("assessment_forms:fill", "form", q="ZQ", shows={"form +worker": ("assessor",)}),
    *page("assessment_filed:index", shows={"form subject": ("assessor",)}),
    *page("assessment_filed:index", export="json", shows=ASSESSMENT_EXPORT),
    *page("assessment_filed:index_results", q="ZQPLACESUBJECT", shows={"form subject": ("assessor",)}),
    *page("assessment_filed:assessment", "assessment", shows={"form item subject comment score": ("assessor",)}),
    # Publicity.
    *page("publicity_articles:index", shows={"article draft review closed": ("editor", "superuser")}),
    *page("publicity_articles:index", export="json", shows=ARTICLE_EXPORT),
    *page("publicity_articles:choose_parent"),
    *page("publicity_articles:index_results", q="ZQPLACEDRAFT", shows={"draft": ("editor", "superuser")}),
    *page("publicity_articles:checks", "draft", shows={"draft": ("editor", "superuser")}),
    *page("publicity_articles:hints", "draft"),
    *page("publicity_articles:new_hints", "column"),
    *page("publicity_board:index", shows=PLAN),
    *page("publicity_board:campaigns"),
    *page("publicity_board:file"),
    # What the plan may wait for: articles of the column that readers have not seen.
    *(
        replace(one, shows={}) if one.place == "far" else one
        for one in page("publicity_board:new_plan", "column", shows=WAITED)
    ),
    *page("publicity_board:plan", "plan", shows=PLAN | WAITED),
    # What became of articles in channels, for those who write them; setting channels up takes a permission of its own.
    *page("publicity_articles:channels", "draft", shows={"draft": ("editor", "superuser"), "parcel": PLACERS}),
    *page("publicity_channels:index", shows={"parcel": PLACERS}),
    *page("publicity_channels:new", "publicity.files"),
    *page("publicity_channels:new", "publicity.portal", shows={"client": ("administrator",)}),
    *page("publicity_channels:channel", "channel"),
    *page("publicity_channels:archive", "channel"),
    *page("publicity_channels:take_down", "draft"),
    *page("publicity_channels:retry", "parcel"),
    *page("publicity_channels:keep_out", "parcel"),
    *page("publicity_channels:note_gone", "parcel"),
    *page("publicity_channels:let_in", "parcel"),
    # Who is asked to decide, or writes there, sees what waits; sheets are read by them and by whoever may read all.
    *page("publicity_reviews:index", shows=REVIEWS),
    *page("publicity_reviews:urgent", "review", shows={"review": ("chief_reviewer",)}),
    *page("publicity_sheets:index", shows=SHEETS),
    *page("publicity_sheets:index_results", q="ZQPLACESHEET", shows=SHEETS),
    *page("publicity_sheets:sheet", "sheet", shows=SHEETS),
    # Words and public offices, for whoever keeps them.
    # Definitions, for whoever makes them.
    *page("publicity_types:index"),
    *page("publicity_types:new"),
    *page("publicity_words:index"),
    *page("publicity_words:index_results", q="ZQPLACEWORD"),
    *page("publicity_words:new"),
    *page("publicity_words:start_set"),
    *page("publicity_leaders:index"),
    *page("publicity_leaders:index_results", q="ZQPLACELEADER"),
    *page("publicity_leaders:new"),
    *page("publicity:search", q="ZQNEARARTICLE", shows=READ),
    *page("publicity:search", q="ZQFARDRAFT"),
    *page("publicity:search", q="ZQFARCLOSED"),
    # What readers subscribe to, and what search engines are told; addresses of pages hold no words of theirs.
    *page("publicity:rss", shows=READ),
    *page("publicity:atom", shows=READ),
    *page("publicity:rss_of_column", "news", shows=READ),
    *page("publicity:atom_of_column", "news", host="party.test", shows=READ),
    *page("sitemap_index"),
    *page("sitemap", "pages"),
    *page("robots"),
    # Pages as readers get them. That an article is closed may be known to whoever has its address: they are asked to sign in.
    *page("wagtail_serve", "", shows=READ),
    *page("wagtail_serve", "news/", shows=READ),
    *page("wagtail_serve", "news/", host="party.test", shows=READ),
    *page("wagtail_serve", "news/near-article/", shows=READ),
    *page("wagtail_serve", "news/near-article/", host="party.test", shows=READ),
    *page("wagtail_serve", "news/far-draft/"),
    *page("wagtail_serve", "news/far-review/"),
    *page("wagtail_serve", "news/far-closed/", shows={"article closed": ("editor", "superuser")}, by_address=True),
]
PROBES = [*GRAPHQL, *PAGES]

# Models whose rows are marked in the world, with the kinds of marks.
ROWS = {
    "civicnet_access.ApiClient": "client",
    "civicnet_access.User": "person",
    "civicnet_assessment.Assessment": "subject comment",
    "civicnet_assessment.AssessmentForm": "form",
    "civicnet_assessment.AssessmentItem": "item",
    "civicnet_assessment.AssessmentScore": "score",
    "civicnet_delivery.Delivery": "delivery",
    "civicnet_delivery.Webhook": "webhook",
    "civicnet_exchange.DisclosureRequest": "disclosure",
    "civicnet_exchange.Finding": "finding",
    "civicnet_exchange.ImportJob": "job",
    "civicnet_grid.Absence": "absence",
    "civicnet_grid.Grid": "grid",
    "civicnet_grid.Worker": "worker phone",
    "civicnet_hotline.Case": "case caseaddress callerphone",
    "civicnet_hotline.CaseStep": "casestep",
    "civicnet_ledger.AuditRecord": "reason",
    "civicnet_publicity.ApprovalSheet": "sheet",
    "civicnet_publicity.ArticlePage": "article draft review closed",
    "civicnet_publicity.PlannedArticle": "plan",
    "civicnet_publicity.ChannelDelivery": "parcel",
}
# Models without marks, and why nothing of them needs any.
KEPT = {
    "civicnet_access.ApiKey": "shown on the page of its client, which is marked",
    "civicnet_access.ClientRefusal": "shown on the page of its client, which is marked",
    "civicnet_access.Organisation": "names and codes of organisations are public facts",
    "civicnet_access.OrganisationAlias": "as their organisations",
    "civicnet_access.OrganisationEvent": "the public history of organisations",
    "civicnet_access.PersonalAct": "what was handed out or erased about somebody, by keyed digest; no door reads it",
    "civicnet_access.Position": "shown as the person who holds it, who is marked",
    "civicnet_exchange.ColumnMapping": "words of headings; each person is given their own choices, and nobody those of others",
    "civicnet_exchange.ExportRun": "no values; no door reads it",
    "civicnet_exchange.SpoolChunk": "sealed; no door reads it",
    "civicnet_exchange.Upload": "sealed; only the client that sent it can name it, and is told what it sent",
    "civicnet_gateway.AnnouncedSchema": "hashes of schemas, which are public; no door reads it",
    "civicnet_gateway.CallerDay": "names of clients with sums; a screen for whoever looks after API clients",
    "civicnet_gateway.RefusedDay": "names of clients with counts of codes; on the same screen",
    "civicnet_gateway.SlowDocument": "queries of clients without any value in them; on the same screen",
    "civicnet_gateway.HourBudget": "numbers of clients with sums; each client is told its own by rateLimit, administrators all",
    "civicnet_gateway.IdempotentCall": "digests and ids of deeds; the payload is read by them through selectors",
    "civicnet_gateway.FeedEntry": "numbers of rows, told to whoever sees their organisation; their nodes are marked",
    "civicnet_gateway.FeedMark": "numbers of rows; no door reads it",
    "civicnet_gateway.FeedState": "a counter",
    "civicnet_gateway.FieldUse": "names of clients with counts; told with a switch's consequences and on the screen of use",
    "civicnet_gateway.PersistedDocument": "texts of queries that anybody may send; asked for by the hash of the text itself",
    "civicnet_gateway.TrustedDocument": "texts of queries; the screen of documents asks for its own permission",
    "civicnet_grid.Post": "shown by the grid's name and the worker's, which are marked",
    "civicnet_grid.WorkerSeries": "a counter; no door reads it",
    "civicnet_hotline.Category": "public: what residents may choose from",
    "civicnet_hotline.DayCount": "a counter; no door reads it",
    "civicnet_ledger.AuditSeal": "digests; the audit screen counts them",
    "civicnet_ledger.ChangeRecord": "no values; no door reads it yet",
    "civicnet_ledger.ContentStamp": "names of tables and steps of their versions; no door reads it",
    "civicnet_lifecycle.Generation": "a counter; no door reads it",
    "civicnet_lifecycle.HookBreaker": "names of hooks; the plugin screen asks for its own permission",
    "civicnet_lifecycle.HookTiming": "times of hooks; the plugin screen asks for its own permission",
    "civicnet_lifecycle.PluginChange": "who moved a switch and why; the plugin screen asks for its own permission",
    "civicnet_lifecycle.PluginFault": "what plugins raised, numbers masked; the plugin screen asks for its own permission",
    "civicnet_lifecycle.PluginSiteState": "switches; the plugin screen asks for its own permission",
    "civicnet_lifecycle.PluginState": "switches; the plugin screen asks for its own permission",
    "civicnet_lifecycle.ScheduleRun": "when work was last done; no door reads it",
    "civicnet_publicity.ArticleValue": "what published articles hold; told of those that readers can see alone",
    "civicnet_publicity.ArticleViews": "sums of views, in which nobody is; told of published articles alone",
    "civicnet_publicity.ChannelViews": "sums of views by channel, in which nobody is; for whoever knows where articles stand",
    "civicnet_publicity.Channel": "names of places; told with the articles that go there, and its screen asks for a permission",
    "civicnet_publicity.WechatUpload": "what WeChat calls pictures of published articles; no door reads it",
    "civicnet_publicity.Deadline": "shown on the board as its article, which is marked",
    "civicnet_publicity.MadeUpStep": "shown on its sheet, which is marked",
    "civicnet_publicity.UrgentPath": "shown in the editor of its article, and on its sheet",
    "civicnet_publicity.CheckDecision": "shown on the page of its article, which is marked; what it keeps is masked",
    "civicnet_publicity.IndexNumber": "numbers of documents, and of the articles that have them; no door reads it",
    "civicnet_publicity.Interpretation": "numbers of published articles; told where readers can see both",
    "civicnet_publicity.Leader": "public offices; the list asks for its own permission",
    "civicnet_publicity.LinkAnswer": "addresses of other sites; told with the article that leads there",
    "civicnet_publicity.ListedWord": "words; the dictionary asks for its own permission",
    "civicnet_publicity.ColumnType": "what is asked for, not what was answered; its screen asks for its own permission",
    "civicnet_publicity.ColumnField": "as its type",
    "civicnet_publicity.ColumnPage": "public: columns stand in every menu",
    "civicnet_publicity.HomePage": "public",
    "civicnet_publicity.Placement": "shown as the article that is placed",
    "civicnet_publicity.WeeklyDigest": "who was written to in which week; no door reads it",
    "civicnet_publicity.ReviewTask": "who reviews is no secret in the house",
    "civicnet_site.SiteTheme": "public: how a site looks",
    "civicnet_workdays.CalendarDay": "public holidays; the list asks for its own permission",
}
# Doors that are not asked here, by pattern, and why.
CLOSED = {
    r"wagtail.*|admin/\^\.\*/\$|admin/test404/": "Wagtail's own screens: test_wagtail_doors.py asks at each of them",
    r"clients:(use|use_file|slow_query)": "sums of one's own clients, held by tests/platform/console/test_interface_use.py",
    r"uploads": "takes files of API clients and tells them what they sent: test_portal_imports.py",
    r"platform(Start|Confirm|Cancel|Undo)Import.*|PlatformImportPayload\..*": "moves imports; who may: test_portal_imports.py",
    r"publicityReportViews.*|PublicityReportViewsPayload\..*": "gives back the number that was sent in",
    r"publicityConfirmDelivery.*|PublicityConfirmDeliveryPayload\..*": "gives back the number that was sent in",
    r"set_language|desk_sign_out": "changes a cookie, shows nothing",
    r"hotlineSubmitCase.*|HotlineSubmitCasePayload\..*": "gives back what was sent in",
    r"PlatformPluginFile\.consequences": "counts calls while we ask; for whoever may ask platformPlugin, see test_switching.py",
    r"calendar_days:(day|drop)": "of rows the world has not; behind the same question as calendar_days:index",
    r"graphql_documents:(document|end)": "of rows the world has not; behind the same question as graphql_documents:index",
    r"plugins:(undo|reset|site_settings)": "of rows the world has not; behind the same question as plugins:switch_off",
    r"platform(SwitchPlugin|ChangePluginSettings|UndoPluginChange).*": "moves switches; who may: test_switching.py",
    r"(admin|desk)_(change_password|two_factor\w*)": "a person's own password and device",
    r"publicity_sheets:pdf": "what a sheet shows, packed; by the same question: tests/plugins/publicity/test_review_path.py",
    r"publicity_reviews:compare": "by Wagtail's own page permissions, of versions: tests/plugins/publicity/test_review_path.py",
    r"publicity_(words:(word|drop)|leaders:(leader|drop))": "of rows the world has not; behind the same question as the lists",
    r"publicity_types:(type|remove|new_field|field|up|down|retire|restore)": "definitions, which hold no values; behind the "
    "same question as publicity_types:index",
    r"publicity_board:(done|drop)": "moves a plan; who may: tests/plugins/publicity/test_watching.py",
    r"oauth_token": "gives tokens, shows no rows",
    r"picture": "pictures made for published articles; originals are not served",
    r"make_picture": "opens to whoever was told its signed address, and nothing that is closed: test_content_images.py",
}
