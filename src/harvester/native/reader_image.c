/* What a picture says of itself: `attributes.make_image`, `inline.emoji_of`. */

#include "reader.h"

/* As ASCII has it in Python's patterns. */
static bool is_blank_byte(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Return the size that a text begins with, "900w" or "1.5x"; 0: none. */
static double size_of(Text said)
{
    double number = 0, scale = 1;
    Py_ssize_t at = 0, whole;
    for (; at < said.size && is_digit(said.at[at]); at++) {
        number = 10 * number + (said.at[at] - '0');
    }
    whole = at;
    if (whole && at + 1 < said.size && said.at[at] == '.' && is_digit(said.at[at + 1])) {
        for (at++; at < said.size && is_digit(said.at[at]); at++, scale *= 10) {
            number = 10 * number + (said.at[at] - '0');
        }
    }
    return whole && at < said.size && (said.at[at] == 'w' || said.at[at] == 'x') ? number / scale : 0;
}

/* Return the address of the largest of several sizes, of equal ones the last, and whether one of them is `wanted`. As
 * `attributes._largest`. */
static Text largest(Text sizes, Text wanted, bool *is_there)
{
    Text best = sizes;
    double most = 0;
    for (Py_ssize_t at = 0; at < sizes.size;) {
        if (is_blank_byte(sizes.at[at]) || sizes.at[at] == ',') {
            at++;
            continue;
        }
        Py_ssize_t start = at;
        for (; at < sizes.size && !is_blank_byte(sizes.at[at]); at++) {
        }
        Text address = {sizes.at + start, at - start};
        bool is_alone = address.at[address.size - 1] == ',';
        for (; address.at[address.size - 1] == ','; address.size--) {
        }
        if (address.size == wanted.size && memcmp(address.at, wanted.at, (size_t)wanted.size) == 0) {
            *is_there = true;
        }
        for (; !is_alone && at < sizes.size && is_blank_byte(sizes.at[at]); at++) {
        }
        double size = is_alone ? 0 : size_of(behind(sizes, at));
        for (; !is_alone && at < sizes.size && sizes.at[at] != ','; at++) {
        }
        if (size >= most) {
            best = address;
            most = size;
        }
    }
    return best;
}

/* As `attributes._of_its_sizes`. */
static Text of_its_sizes(const Tag *tag, Text address)
{
    const int names[] = {DATA_SRCSET, DATA_LAZY_SRCSET, SRCSET};
    for (int at = 0; at < 3; at++) {
        bool is_there = false;
        Text sizes = value_of(tag, names[at]);
        Text most = sizes.size > address.size ? largest(sizes, address, &is_there) : NO_CHARS;
        if (is_there) {
            return most;
        }
    }
    return address;
}

/* Return the address that a script would load, else the one that is there; "" for none. As `attributes.image_address`. */
static Text image_url(const Tag *tag)
{
    for (int name = DATA_SRC; name <= SRCSET; name++) {
        Text said = stripped(value_of(tag, name));
        if (said.size == 0 || starts_with(said, "data:")) {
            continue;
        }
        if (name != DATA_SRCSET && name != DATA_LAZY_SRCSET && name != SRCSET) {
            return of_its_sizes(tag, said);
        }
        bool is_there = false;
        return largest(said, NO_CHARS, &is_there);
    }
    return NO_CHARS;
}

/* Return whether the start tag of an image names an address: `attributes.image_address`. */
int has_address(Page *page, Text image)
{
    Tag tag = {.text = image, .kind = START, .name = name_number(page, (Text){image.at + 1, 3})};
    if (tag.name < 0 || read_attributes(page, &tag) < 0) {
        return -1;
    }
    return image_url(&tag).size > 0;
}

/* Return the number that `text` begins with, of up to five figures; -1: none, or more. */
static int short_number(Text *text)
{
    int number = 0, figures = 0;
    for (; text->size && is_digit(text->at[0]); *text = behind(*text, 1), figures++) {
        number = figures < 5 ? 10 * number + (text->at[0] - '0') : number;
    }
    return figures > 0 && figures <= 5 ? number : -1;
}

static int attribute_side(Text said)
{
    said = behind_blanks(said);
    int number = short_number(&said);
    said = starts_with(said, "px") ? behind(said, 2) : said;
    return behind_blanks(said).size == 0 ? number : -1;
}

static int style_side(Text style, const char *name)
{
    for (Py_ssize_t at = 0; at < style.size; at++) {
        if (at > 0 && style.at[at - 1] != ';') {
            continue;
        }
        Text said = behind_property(behind_blanks(behind(style, at)), name);
        int number = said.at ? short_number(&said) : -1;
        if (said.at && said.size > 1 && said.at[0] == '.' && is_digit(said.at[1])) {
            for (said = behind(said, 1); said.size && is_digit(said.at[0]);) {
                said = behind(said, 1);
            }
        }
        if (number >= 0 && starts_with_any_case(said, "px")) {
            return number;
        }
    }
    return -1;
}

static PyObject *side_str(Page *page, Tag *tag, int attribute_name, const char *name)
{
    Text said = value_of(tag, attribute_name), style = value_of(tag, STYLE);
    if (!is_ascii(said) || !is_ascii(style)) {
        PyObject *attributes = attribute_dict(tag, page->reader);
        PyObject *key = attributes ? PyUnicode_FromString(name) : NULL;
        PyObject *side = key ? PyObject_CallFunctionObjArgs(page->reader->side, key, attributes, NULL) : NULL;
        Py_XDECREF(attributes);
        Py_XDECREF(key);
        return owned(page, side);
    }
    int number = attribute_side(said);
    number = number < 0 ? style_side(style, name) : number;
    return number < 0 ? Py_None : owned(page, PyLong_FromLong(number));
}

/* An emoji is short, and none of its characters stands before U+200D; all else about it is asked of Python. */
static bool may_be_emoji(Text alt)
{
    if (alt.size == 0 || chars_of(alt) > 8) {
        return false;
    }
    for (const char *at = alt.at, *end = at + alt.size; at < end;) {
        if (char_at(&at) < 0x200d) {
            return false;
        }
    }
    return true;
}

static int find_sign(Page *page, Tag *tag, ImageSays *says)
{
    says->sign = NO_CHARS;
    if (!may_be_emoji(stripped(value_of(tag, ALT)))) {
        return 0;
    }
    PyObject *attributes = attribute_dict(tag, page->reader);
    PyObject *sign = attributes ? PyObject_CallFunctionObjArgs(page->reader->emoji_of, attributes, NULL) : NULL;
    Py_XDECREF(attributes);
    if (owned(page, sign) == NULL) {
        return -1;
    }
    says->sign = utf8_of(sign);
    return says->sign.at ? 0 : -1;
}

/* Return whether it is hidden, and no script will show it: `attributes.is_never_shown`; -1 with an exception. */
static int find_shown(Page *page, Tag *tag)
{
    for (int name = DATA_SRC; name < SRC; name++) {
        if (attribute(tag, name)) {
            return 0;
        }
    }
    if (!is_ascii(value_of(tag, STYLE))) {
        return ask_attributes(page, tag, page->reader->is_never_shown);
    }
    return tag_is_hidden(tag, IMAGES);
}

static int find_image(Page *page, Tag *tag, ImageSays *says)
{
    Text url = image_url(tag);
    int hidden = find_shown(page, tag);
    page->scratch.size = 0;
    if (hidden < 0 || find_sign(page, tag, says) < 0 || collapse(page, value_of(tag, ALT), &page->scratch) < 0) {
        return -1;
    }
    says->is_never_shown = hidden;
    says->url = url.size ? str_value(page, url) : NULL;
    says->alt = str_value(page, (Text){page->scratch.at, page->scratch.size});
    says->width = side_str(page, tag, WIDTH, "width");
    says->height = side_str(page, tag, HEIGHT, "height");
    bool is_whole = says->alt && says->width && says->height && (says->url || !url.size);
    return is_whole ? 0 : -1;
}

/* Return what a picture says of itself; NULL with an exception. */
ImageSays *image_of(Page *page, Tag *tag)
{
    if (tag->image == NULL) {
        ImageSays *says = read_tag(page, tag) < 0 ? NULL : taken(&page->arena, sizeof(ImageSays));
        if (says == NULL || find_image(page, tag, says) < 0) {
            return NULL;
        }
        tag->image = says;
    }
    return tag->image;
}
