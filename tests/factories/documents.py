"""The documents that the stories send, one for each thing that people do."""

# What most stories look at; the whole page is `PROFILE`.
SKILL = """
query ($slug: String!) { skill(slug: $slug) {
  id slug name summary keywords status revision lastUpdatedAt lastUpdatedBy { name }
  roleCount levelCount mandatoryRequirementCount optionalRequirementCount
  levels { level { slug } requirements { id necessity proficiency description revision role { slug } } }
} }
"""

KEYS = "query ($slug: String!) { skill(slug: $slug) { id revision } }"

WATCHING = (
    "query ($slug: String!) { skill(slug: $slug) { watcherCount viewerWatch { id reason createdAt } } }"
)

PROFILE = """
query ($slug: String!) { skill(slug: $slug) {
  id slug name summary keywords status replacedBy { slug } group { slug name domain { slug name } }
  revision lastUpdatedAt lastUpdatedBy { name }
  roleCount levelCount mandatoryRequirementCount optionalRequirementCount
  levels { level { slug name rank } requirements { id necessity proficiency description revision role { slug name } } }
  proposals { totalCount nodes { number state } } viewerWatch { reason createdAt } watcherCount
} }
"""

_ERRORS = """userErrors { __typename message code path
  ... on ConflictError { skill place field base current proposed } ... on RateLimitedError { resetAt } }"""

_PROPOSAL = """proposal { id number state version title reason baseRevision appliedRevision
  decisionReason decidedBy { name } }"""

CREATE = f"""mutation ($input: CreateProposalInput!) {{
  createProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

ACCEPT = f"""mutation ($input: AcceptProposalInput!) {{
  acceptProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

DECLINE = f"""mutation ($input: DeclineProposalInput!) {{
  declineProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

EDIT = f"""mutation ($input: EditProposalInput!) {{
  editProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

REBASE = f"""mutation ($input: RebaseProposalInput!) {{
  rebaseProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

REVIEW = f"""mutation ($input: ReviewProposalInput!) {{
  reviewProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

SET_REVIEW_RULE = f"""mutation ($input: SetReviewRuleInput!) {{
  setReviewRule(input: $input) {{ approvals {_ERRORS} }} }}"""

WITHDRAW = f"""mutation ($input: WithdrawProposalInput!) {{
  withdrawProposal(input: $input) {{ {_PROPOSAL} {_ERRORS} }} }}"""

WATCH = f"""mutation ($input: WatchSkillInput!) {{ watchSkill(input: $input) {{
  skill {{ id revision lastUpdatedAt watcherCount viewerWatch {{ id reason }} }} {_ERRORS} }} }}"""

_WATCH = """watch { id reason events frequency isMuted snoozedUntil expiresAt onlyOwnLevels
  ownRole { slug } ownLevel { slug }
  skill { slug } group { slug } domain { slug } role { slug } proposal { number } }"""

WATCH_SUBJECT = f"""mutation ($input: WatchInput!) {{ watch(input: $input) {{ {_WATCH}
  subject {{ __typename ... on Skill {{ watcherCount }} ... on Group {{ watcherCount }}
  ... on Domain {{ watcherCount }} ... on Role {{ watcherCount }} ... on Proposal {{ watcherCount }} }}
  {_ERRORS} }} }}"""

UNWATCH_SUBJECT = (
    f"""mutation ($input: UnwatchInput!) {{ unwatch(input: $input) {{ subject {{ id }} {_ERRORS} }} }}"""
)

UNWATCH = f"""mutation ($input: UnwatchSkillInput!) {{ unwatchSkill(input: $input) {{
  skill {{ id revision lastUpdatedAt watcherCount viewerWatch {{ id reason }} }} {_ERRORS} }} }}"""

PROPOSAL = """
query ($number: Int!) { proposal(number: $number) {
  id number title reason state baseRevision appliedRevision createdAt decidedAt decisionReason
  author { name } decidedBy { name } skill { slug }
  changes { kind role { slug } level { slug } fields { field before after } }
} }
"""

VIEWER = "{ viewer { email } }"

END_SESSIONS = f"""mutation ($input: EndSessionsInput!) {{ endSessions(input: $input) {{
  sessions {{ browser }} {_ERRORS} }} }}"""

CREATE_TOKEN = f"""mutation ($input: CreateTokenInput!) {{ createToken(input: $input) {{
  secret token {{ id name scopes createdAt lastUsedAt expiresAt isCurrent }} {_ERRORS} }} }}"""

REVOKE_TOKEN = f"""mutation ($input: RevokeTokenInput!) {{
  revokeToken(input: $input) {{ tokenId {_ERRORS} }} }}"""

UPDATE_PROFILE = f"""mutation ($input: UpdateProfileInput!) {{
  updateProfile(input: $input) {{ viewer {{ email person {{ name }} }} {_ERRORS} }} }}"""

CHANGE_ADDRESS = f"""mutation ($input: ChangeAddressInput!) {{
  changeAddress(input: $input) {{ viewer {{ email }} {_ERRORS} }} }}"""

DELETE_ACCOUNT = f"""mutation ($input: DeleteAccountInput!) {{
  deleteAccount(input: $input) {{ isDeleted {_ERRORS} }} }}"""

EXPORT_OWN_DATA = f"""mutation ($input: ExportOwnDataInput!) {{
  exportOwnData(input: $input) {{ document {_ERRORS} }} }}"""

INBOX = """query ($filter: NotificationFilter, $first: Int, $after: String) { viewer { unreadCount
  notifications(filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor } nodes {
    id kind happenedAt createdAt reason impact readAt doneAt actor { name } skill { slug } proposal { number }
    comment { id } watch { reason } } } } }"""

# One of the mutations NAME, whose input is an INPUT.
MARK_EACH = f"""mutation ($input: INPUT!) {{
  NAME(input: $input) {{ notifications {{ id readAt doneAt }} viewer {{ unreadCount }} {_ERRORS} }} }}"""

MARK_ALL = f"""mutation ($input: INPUT!) {{ NAME(input: $input) {{ viewer {{ unreadCount }} {_ERRORS} }} }}"""

UPDATE_SETTINGS = f"""mutation ($input: UpdateNotificationSettingsInput!) {{
  updateNotificationSettings(input: $input) {{ viewer {{ settings {{ timeZone locale digestHour digestWeekday hasDigests
    quietHours {{ from until }} frequencies {{ event frequency }} }} }} {_ERRORS} }} }}"""

VERIFY_ADDRESS = f"""mutation ($input: VerifyAddressInput!) {{
  verifyAddress(input: $input) {{ viewer {{ email }} {_ERRORS} }} }}"""
