"""The kinds of boilerplate that code has to know by name; `boilerplate.toml` defines them."""

from harvester.text import Word


class KindName(Word):
    """A kind that code names; a kind that it does not name is a row of the table alone."""

    NOT_CONTENT = "not_content"  # none of the table: the classifier did not choose the block
    COOKIE_CONSENT = "cookie_consent"
    PAYWALL_PROMPT = "paywall_prompt"
    COMMENT_FORM = "comment_form"
    COMMENT_THREAD = "comment_thread"
    RELATED_POSTS = "related_posts"
    INLINE_RELATED = "inline_related"
    SPONSORED_CHUMBOX = "sponsored_chumbox"
    PREV_NEXT = "prev_next"
    MOST_READ_TICKER = "most_read_ticker"
    NAV_MENU = "nav_menu"
    SITE_FOOTER = "site_footer"
    SIDEBAR = "sidebar"
    BREADCRUMB = "breadcrumb"
    BYLINE_META = "byline_meta"
    TOOL_BAR = "tool_bar"
    AUTHOR_BIO = "author_bio"
    TAG_LIST = "tag_list"
    SECTION_LABEL = "section_label"
    REPOST_NOTICE = "repost_notice"
    SOURCE_CREDIT = "source_credit"
    EDITOR_CREDIT = "editor_credit"
    COPYRIGHT_NOTICE = "copyright_notice"
    CORRECTION_NOTE = "correction_note"
    PHOTO_CREDIT = "photo_credit"
    CAPTION = "caption"
    QR_CODE = "qr_code"
    FOOTNOTES = "footnotes"
    HARD_WRAP = "hard_wrap"
    AI_SUMMARY_KEYPOINTS = "ai_summary_keypoints"
    REPEATED_TEXT = "repeated_text"
