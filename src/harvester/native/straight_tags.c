/* Start and end tags: their names, and their attributes as the parser writes them down. */

#include "straight.h"

const TagRule TAG_RULES[] = {
    {"html", HTML_TAG, SPECIAL | SCOPE}, {"head", HEAD_TAG, SPECIAL}, {"body", BODY_KIND, SPECIAL},
    {"p", P_TAG, SPECIAL | IMPLIED}, {"li", LI_TAG, SPECIAL | IMPLIED}, {"dd", DD_TAG, SPECIAL | IMPLIED},
    {"dt", DD_TAG, SPECIAL | IMPLIED}, {"form", FORM_TAG, SPECIAL}, {"button", BUTTON_KIND, SPECIAL},
    {"pre", PRE_TAG, SPECIAL}, {"listing", PRE_TAG, SPECIAL},
    {"h1", HEADING_TAG, SPECIAL}, {"h2", HEADING_TAG, SPECIAL}, {"h3", HEADING_TAG, SPECIAL},
    {"h4", HEADING_TAG, SPECIAL}, {"h5", HEADING_TAG, SPECIAL}, {"h6", HEADING_TAG, SPECIAL},
    {"address", BLOCK_TAG, SPECIAL}, {"article", BLOCK_TAG, SPECIAL}, {"aside", BLOCK_TAG, SPECIAL},
    {"blockquote", BLOCK_TAG, SPECIAL}, {"center", BLOCK_TAG, SPECIAL}, {"details", BLOCK_TAG, SPECIAL},
    {"dialog", BLOCK_TAG, 0}, {"dir", BLOCK_TAG, SPECIAL}, {"div", BLOCK_TAG, SPECIAL}, {"dl", BLOCK_TAG, SPECIAL},
    {"fieldset", BLOCK_TAG, SPECIAL}, {"figcaption", BLOCK_TAG, SPECIAL}, {"figure", BLOCK_TAG, SPECIAL},
    {"footer", BLOCK_TAG, SPECIAL}, {"header", BLOCK_TAG, SPECIAL}, {"hgroup", BLOCK_TAG, SPECIAL},
    {"main", BLOCK_TAG, SPECIAL}, {"menu", BLOCK_TAG, SPECIAL}, {"nav", BLOCK_TAG, SPECIAL},
    {"ol", BLOCK_TAG, SPECIAL | LIST_SCOPE}, {"search", BLOCK_TAG, SPECIAL}, {"section", BLOCK_TAG, SPECIAL},
    {"summary", BLOCK_TAG, SPECIAL}, {"ul", BLOCK_TAG, SPECIAL | LIST_SCOPE},
    {"a", A_TAG, 0}, {"b", FORMATTING, 0}, {"big", FORMATTING, 0}, {"code", FORMATTING, 0}, {"em", FORMATTING, 0},
    {"font", FORMATTING, 0}, {"i", FORMATTING, 0}, {"nobr", FORMATTING, 0}, {"s", FORMATTING, 0}, {"small", FORMATTING, 0},
    {"strike", FORMATTING, 0}, {"strong", FORMATTING, 0}, {"tt", FORMATTING, 0}, {"u", FORMATTING, 0},
    {"applet", OBJECT_TAG, SPECIAL | SCOPE}, {"marquee", OBJECT_TAG, SPECIAL | SCOPE},
    {"object", OBJECT_TAG, SPECIAL | SCOPE},
    {"table", TABLE_KIND, SPECIAL | SCOPE}, {"tbody", GROUP_TAG, SPECIAL}, {"thead", GROUP_TAG, SPECIAL},
    {"tfoot", GROUP_TAG, SPECIAL}, {"tr", TR_KIND, SPECIAL}, {"td", CELL_TAG, SPECIAL | SCOPE},
    {"th", CELL_TAG, SPECIAL | SCOPE}, {"caption", CAPTION_TAG, SPECIAL | SCOPE}, {"colgroup", COLGROUP_TAG, SPECIAL},
    {"col", COL_TAG, SPECIAL},
    {"area", VOID_KIND, SPECIAL}, {"br", VOID_KIND, SPECIAL}, {"embed", VOID_KIND, SPECIAL},
    {"img", VOID_KIND, SPECIAL}, {"keygen", VOID_KIND, SPECIAL}, {"wbr", VOID_KIND, SPECIAL},
    {"input", INPUT_TAG, SPECIAL}, {"param", BARE_VOID, SPECIAL}, {"source", BARE_VOID, SPECIAL},
    {"track", BARE_VOID, SPECIAL}, {"hr", HR_TAG, SPECIAL},
    {"base", META_KIND, SPECIAL}, {"basefont", META_KIND, SPECIAL}, {"bgsound", META_KIND, SPECIAL},
    {"link", META_KIND, SPECIAL}, {"meta", META_KIND, SPECIAL},
    {"script", RAW_HEAD, SPECIAL}, {"style", RAW_HEAD, SPECIAL}, {"noframes", RAW_HEAD, SPECIAL},
    {"iframe", RAW_BODY, SPECIAL}, {"noembed", RAW_BODY, SPECIAL}, {"title", TITLE_KIND, SPECIAL},
    {"textarea", TEXTAREA_TAG, SPECIAL}, {"select", SELECT_TAG, SPECIAL | SCOPE},
    {"option", OPTION_TAG, IMPLIED}, {"optgroup", OPTION_TAG, IMPLIED}, {"noscript", NOSCRIPT_KIND, SPECIAL},
    {"svg", SVG_KIND, 0}, {"template", TEMPLATE_KIND, SPECIAL | SCOPE},
    {"frame", ODD_TAG, 0}, {"frameset", ODD_TAG, 0}, {"image", ODD_TAG, 0}, {"math", ODD_TAG, 0},
    {"plaintext", ODD_TAG, 0}, {"rb", ODD_TAG, 0}, {"rp", ODD_TAG, 0}, {"rt", ODD_TAG, 0}, {"rtc", ODD_TAG, 0},
    {"xmp", ODD_TAG, 0}, {"isindex", ODD_TAG, 0}, {"selectedcontent", ODD_TAG, 0},
    {NULL, 0, 0},
};

int add_tag_rules(Names *names)
{
    for (int number = 0; TAG_RULES[number].name != NULL; number++) {
        Text name = {TAG_RULES[number].name, (Py_ssize_t)strlen(TAG_RULES[number].name)};
        if (add_name(names, name, hash_of(name), number) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Attributes of drawings that are written with capitals. */
static const char *const OF_DRAWINGS[] = {
    "attributeName", "attributeType", "baseFrequency", "baseProfile", "calcMode", "clipPathUnits", "diffuseConstant",
    "edgeMode", "filterUnits", "glyphRef", "gradientTransform", "gradientUnits", "kernelMatrix", "kernelUnitLength",
    "keyPoints", "keySplines", "keyTimes", "lengthAdjust", "limitingConeAngle", "markerHeight", "markerUnits",
    "markerWidth", "maskContentUnits", "maskUnits", "numOctaves", "pathLength", "patternContentUnits",
    "patternTransform", "patternUnits", "pointsAtX", "pointsAtY", "pointsAtZ", "preserveAlpha", "preserveAspectRatio",
    "primitiveUnits", "refX", "refY", "repeatCount", "repeatDur", "requiredExtensions", "requiredFeatures",
    "specularConstant", "specularExponent", "spreadMethod", "startOffset", "stdDeviation", "stitchTiles",
    "surfaceScale", "systemLanguage", "tableValues", "targetX", "targetY", "textLength", "viewBox", "viewTarget",
    "xChannelSelector", "yChannelSelector", "zoomAndPan",
};

/* Write a name in small letters, which stands at `to`, as the parser does. */
static void write_as_drawn(Text name, char *to)
{
    for (size_t at = 0; at < sizeof OF_DRAWINGS / sizeof *OF_DRAWINGS; at++) {
        if (is_in_small(name, OF_DRAWINGS[at])) {
            memcpy(to, OF_DRAWINGS[at], (size_t)name.size);
        }
    }
}

/* Write down a name in small letters; return its end, NULL: BENT. */
static char *put_lower(Straight *page, const char *from, const char *to, char *out)
{
    if (page->tag_room_end - out < to - from) {
        return NULL;
    }
    for (; from < to; from++) {
        *out++ = lower(*from);
    }
    return out;
}

void name_tag(Straight *page, Text name)
{
    int64_t number = find_name(&page->reader->tag_rules, name, hash_of(name));
    const TagRule *rule = TAG_RULES + (number < 0 ? 0 : number);
    page->name = number < 0 ? (TagName){-1, ORDINARY, 0, name} : (TagName){(int)number, rule->kind, rule->flags, name};
}

/* Behind the blanks; the end of the page ends no tag. */
static const char *over_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at)) {
        at++;
    }
    return at;
}

/* Read a value from behind its "=" on. */
static Text value_at(const char **at, const char *end)
{
    const char *from = over_blanks(*at, end), *to = from;
    if (from < end && (*from == '"' || *from == '\'')) {
        to = memchr(from + 1, *from, (size_t)(end - from - 1));
        *at = to == NULL ? end : to + 1;
        return (Text){from + 1, (to == NULL ? end : to) - from - 1};
    }
    while (to < end && !is_mark(*to, IS_BLANK | IS_END)) {
        to++;
    }
    *at = to;
    return (Text){from, to - from};
}

static bool is_drawn(const Straight *page)
{
    return page->is_foreign || page->name.kind == SVG_KIND;
}

/* Read an attribute to the tag's text, unless one of its name stands there; return the new end of it, NULL: BENT. */
static char *read_straight_attribute(Straight *page, Text *names, int *count, char *out)
{
    const char *from = page->at, *to = from + 1; /* a "=" may begin a name */
    while (to < page->end && !is_mark(*to, IS_BLANK | IS_SLASH | IS_END | IS_EQUALS)) {
        to++;
    }
    char *start = out;
    if (page->tag_room_end - out < 1 || *count == MOST_OF_TAG) {
        return NULL;
    }
    *out++ = ' ';
    Text name = {out, to - from}, value = NO_CHARS;
    out = put_lower(page, from, to, out);
    const char *next = over_blanks(to, page->end);
    page->at = next;
    if (next < page->end && *next == '=') {
        page->at = next + 1;
        value = value_at(&page->at, page->end);
    }
    for (int at = 0; out != NULL && at < *count; at++) {
        if (names[at].size == name.size && memcmp(names[at].at, name.at, (size_t)name.size) == 0) {
            return is_drawn(page) ? NULL : start; /* in drawings the parser writes some of them twice */
        }
    }
    if (out == NULL || page->tag_room_end - out < 3) {
        return NULL;
    }
    names[(*count)++] = name;
    *out++ = '=';
    *out++ = '"';
    char *said = out;
    out = write_escaped(page->reader, value, IN_ATTRIBUTE, out, page->tag_room_end - 1);
    if (out == NULL) {
        return NULL;
    }
    if (page->name.kind == INPUT_TAG && is_equal(name, "type")) {
        Text type = {said, out - said};
        page->is_hidden_input = type.size == 6 && starts_with_any_case(type, "hidden");
    }
    *out++ = '"';
    return out;
}

/* Read a tag whose name begins at `page->at`, and write it down apart. */
int read_straight_tag(Straight *page)
{
    Text names[MOST_OF_TAG];
    int count = 0;
    const char *from = page->at;
    char *out = page->tag_text;
    *out++ = '<';
    while (page->at < page->end && !is_mark(*page->at, IS_BLANK | IS_SLASH | IS_END)) {
        page->at++;
    }
    Text name = {out, page->at - from};
    out = put_lower(page, from, page->at, out);
    if (out == NULL) {
        return BENT;
    }
    name_tag(page, name);
    page->is_self_closing = page->is_hidden_input = false;
    for (;;) {
        page->at = over_blanks(page->at, page->end);
        if (page->at == page->end) {
            return BENT;
        }
        if (*page->at == '>') {
            break;
        }
        if (*page->at == '/') {
            page->at++;
            page->is_self_closing = page->at < page->end && *page->at == '>';
            continue;
        }
        out = read_straight_attribute(page, names, &count, out);
        if (out == NULL) {
            return BENT;
        }
    }
    page->at++;
    for (int at = 0; is_drawn(page) && at < count; at++) { /* at last: until then those that follow are compared with it */
        write_as_drawn(names[at], page->tag_text + (names[at].at - page->tag_text));
    }
    if (out == page->tag_room_end) {
        return BENT;
    }
    *out++ = '>';
    page->tag = (Text){page->tag_text, out - page->tag_text};
    return 0;
}
