"""Hosts that show posts, videos, sounds, maps and documents in pages of others, and the addresses of their players."""

import re
from typing import Final

from harvester.models import EmbedKind

# A host stands for its subdomains, too.
_HOSTS: Final[dict[EmbedKind, str]] = {
    "post": """
        twitter.com x.com instagram.com facebook.com fb.com threads.net threads.com bsky.app tiktok.com
        reddit.com linkedin.com pinterest.com tumblr.com t.me telegram.org vk.com weibo.com truthsocial.com
        imgur.com
    """,
    "video": """
        youtube.com youtube-nocookie.com youtu.be vimeo.com dailymotion.com dai.ly twitch.tv rumble.com
        bitchute.com odysee.com bilibili.com v.qq.com youku.com nicovideo.jp rutube.ru ok.ru ted.com wistia.net
        wistia.com brightcove.net jwplatform.com jwplayer.com kaltura.com vidyard.com streamable.com loom.com
        glomex.com kinescope.io cnevids.com
    """,
    "audio": """
        soundcloud.com spotify.com podcasts.apple.com music.apple.com bandcamp.com mixcloud.com deezer.com
        audioboom.com acast.com buzzsprout.com podbean.com simplecast.com megaphone.fm libsyn.com anchor.fm
        omny.fm podigee.io transistor.fm
    """,
    "map": """
        maps.google.com openstreetmap.org umap.openstreetmap.fr mapbox.com arcgis.com maps.apple.com
    """,
    "document": """
        scribd.com slideshare.net documentcloud.org docs.google.com drive.google.com issuu.com speakerdeck.com
        datawrapper.dwcdn.net flo.uri.sh flourish.studio infogram.com e.infogram.com public.tableau.com
        observablehq.com codepen.io jsfiddle.net codesandbox.io gist.github.com view.officeapps.live.com
        archive.org
    """,
}
KIND_OF_HOST: Final = {host: kind for kind, hosts in _HOSTS.items() for host in hosts.split()}
# The address of a player, and that of what it plays.
WATCHED: Final = (
    (
        re.compile(r"^https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11})(?:[?#].*)?$"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"^https?://player\.vimeo\.com/video/(\d+)(?:[?#].*)?$"), "https://vimeo.com/{}"),
    (
        re.compile(r"^https?://(?:www\.)?dailymotion\.com/embed/video/(\w+)(?:[?#].*)?$"),
        "https://www.dailymotion.com/video/{}",
    ),
)
# Elements that a script turns into a post or a player: a word of their class -> what shows it.
BOXES: Final = {
    "twitter-tweet": "twitter.com",
    "twitter-video": "twitter.com",
    "instagram-media": "instagram.com",
    "tiktok-embed": "tiktok.com",
    "fb-post": "facebook.com",
    "fb-video": "facebook.com",
    "bluesky-embed": "bsky.app",
    "reddit-card": "reddit.com",
    "reddit-embed-bq": "reddit.com",
    "text-post-media": "threads.net",
    "mastodon-embed": "",
    "imgur-embed-pub": "imgur.com",
}
