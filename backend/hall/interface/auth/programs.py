"""Who asks: the programs that wake and those that do not, by the words of their User-Agent.

A table and no regular expression: what a stranger sends is read once, from left to right, and no
more of it than ``READ`` characters; nothing of it is kept. `gateway.wakers` corrects the table.
"""

from enum import Enum

from hall.core.config.gateway import WakersConfig

READ = 200
"""Characters of a name that are looked at. A robot's word stands earlier than that."""

SILENT = {
    "search engines and archives": (
        "googlebot bingbot applebot duckduckbot yandex baiduspider slurp googleother "
        "google-extended google-inspectiontool mediapartners-google adsbot-google apis-google "
        "google-read-aloud ia_archiver archive.org_bot wayback heritrix httrack screaming "
        "siteimprove nutch ahrefs semrush mj12bot dotbot petalbot sogou exabot seznambot qwantify "
        "google-safety google-site-verification ahrefssiteaudit yeti netcraftsurveyagent"
    ),
    "language models": (
        "gptbot chatgpt-user oai-searchbot claudebot claude-user claude-web anthropic-ai ccbot "
        "perplexitybot perplexity-user bytespider amazonbot meta-externalagent cohere-ai diffbot "
        "duckassistbot youbot timpibot"
    ),
    "link previews": (
        "slackbot slackbot-linkexpanding slack-imgproxy telegrambot twitterbot discordbot whatsapp "
        "facebookexternalhit facebot linkedinbot skypeuripreview viber vkshare embedly iframely "
        "redditbot pinterestbot mattermost-bot zulipurlpreview synapse mastodon pleroma akkoma "
        "misskey lemmy friendica wordpress flipboardproxy bitlybot cardyb googleimageproxy "
        "googlemessages facebookcatalog line-poker kakaotalk-scrap notionembedder discourse "
        "opengraph xing-contenttabreceiver"
    ),
    "monitors and health checks": (
        "hall uptimerobot uptime-kuma statuscake pingdom site24x7 datadog datadogsynthetics "
        "newrelicpinger blackbox blackbox-exporter prometheus telegraf netdata check_http nagios "
        "monitoring-plugins icinga zabbix gatus hetrixtools updown.io checkly freshping cronitor "
        "healthchecks elb-healthchecker googlehc kube-probe consul haproxy monit munin dynatrace "
        "nodeping ohdear uptimia prtg betteruptime upptime beszel lighthouse chrome-lighthouse "
        "ptst gtmetrix route53 envoy checkmk ruxitsynthetic statping hyperping pulsetic librenms "
        "uptime pingdomtms pingdompagespeed onlineornot cloudflare-traffic-manager"
    ),
    "fetchers of feeds": (
        "feedly feedbin feedfetcher feedfetcher-google feedparser freshrss miniflux newsblur rss "
        "universalfeedparser inoreader netnewswire akregator liferea rssowl quiterss simplepie "
        "commafeed newsboat selfoss theoldreader bazqux"
    ),
    "scanners": (
        "zgrab masscan nmap nuclei censys censysinspect expanse internet-measurement shodan nikto "
        "l9explore l9tcpid sqlmap wpscan gobuster dirbuster feroxbuster netsystemsresearch "
        "internetmeasurement paloalto w3c_validator w3c-checklink linkchecker validator "
        "wappalyzer"
    ),
    "browsers that nobody sits at": "headlesschrome phantomjs slimerjs splash",
}
"""These do not wake, whatever else they are called."""

WAKES = {
    "typed by hand": (
        "curl wget wget2 httpie xh aria2 lynx links elinks w3m powershell "
        "windowspowershell libfetch"
    ),
    "code and images": (
        "git git-lfs jgit libgit2 go-git svn mercurial docker docker-client containerd podman "
        "buildah skopeo buildkit containers cri-o helm kubectl terraform opentofu packer vagrant "
        "hashicorp ansible"
    ),
    "packages": (
        "pip uv poetry twine npm yarn pnpm bun composer cargo go gem rubygems bundler maven "
        "apache-maven gradle ivy nuget apt apt-http libdnf dnf yum pacman apk homebrew conda"
    ),
    "libraries for HTTP": (
        "python-requests python-urllib python-urllib3 python-httpx httpx aiohttp go-http-client "
        "okhttp dart java java-http-client apache-httpclient ktor-client retrofit axios node "
        "node-fetch undici got superagent deno guzzlehttp symfony php ruby faraday http.rb "
        "libwww-perl lwp reqwest ureq hyper dotnet restsharp cfnetwork libcurl winhttp indy"
    ),
    "calendars, files and mail": (
        "davx5 dav4jvm davfs2 webdavfs webdavlib microsoft-webdav-miniredir webdav gvfs cadaver "
        "rclone mirall nextcloud-android nextcloud-ios nextcloud owncloud owncloudapp thunderbird "
        "evolution kdavresource akonadi dataaccessd caldavsynchronizer vdirsyncer khal carddav "
        "caldav libreoffice ms-office msoffice joplin obsidian zotero syncthing duplicati "
        "restic borg"
    ),
    "phones and homes": (
        "homeassistant immich jellyfin findroid symfonium finamp plex infuse audiobookshelf "
        "paperless bitwarden navidrome subsonic dsub koreader moon tachiyomi mihon kodi vlc "
        "libvlc mpv libmpv lavf ffmpeg exoplayer androidxmedia3 stagefright applecoremedia "
        "gstreamer nodered"
    ),
    "tools for interfaces": "postmanruntime postman insomnia bruno hoppscotch",
}
"""These wake, though they are no browser; so does what nobody has heard of and is no robot's."""

_BEGINNINGS = ("crawl", "spider", "monitor", "healthcheck", "linkpreview", "scrapy", "fetcher")
_ENDINGS = (
    "bot",
    "bots",
    "robot",
    "crawler",
    "spider",
    "preview",
    "fetcher",
    "monitor",
    "rss",
    "probe",
)
_NO_ROBOTS = frozenset({"cubot"})
"""Names that only look like one: of a phone."""

_CONTACTS = ("+http", "+mailto:", "+info@")
"""Robots say where to complain (RFC 9309 has them say who they are); programs of people do not."""

_BROWSERS_OF_OLD = frozenset({"msie", "konqueror"})
"""What else calls itself "Mozilla/5.0 (compatible; …)" is a robot."""

NameWords = frozenset[str]


class Named(Enum):
    """What a name says of who asks."""

    WAKES = "wakes"
    SILENT = "silent"
    BROWSER = "browser"
    UNHEARD_OF = "unheard of"


def named(name: str, owner: WakersConfig) -> Named:
    """What a User-Agent says: the owner's lists first, deny before allow, then the table."""
    words = name_words(name)
    if not words or not words.isdisjoint(owner.deny):
        return Named.SILENT
    if not words.isdisjoint(owner.allow):
        return Named.WAKES
    if not words.isdisjoint(_SILENT) or any(map(_is_robot, words)):
        return Named.SILENT
    if not words.isdisjoint(_WAKES):
        return Named.WAKES
    if any(contact in name[:READ].lower() for contact in _CONTACTS):
        return Named.SILENT
    if "mozilla" not in words:
        return Named.UNHEARD_OF
    robot = "compatible" in words and words.isdisjoint(_BROWSERS_OF_OLD)
    return Named.SILENT if robot else Named.BROWSER


def name_words(name: str) -> NameWords:
    """A name's words, in lower case: as they are written (``uptime-kuma``), and their parts."""
    whole = name[:READ].lower().translate(_APART).split()
    return frozenset(whole).union(*(one.translate(_JOINTS).split() for one in whole))


def _is_robot(word: str) -> bool:
    return word not in _NO_ROBOTS and (word.startswith(_BEGINNINGS) or word.endswith(_ENDINGS))


_JOINTS = str.maketrans(dict.fromkeys("._-", " "))
_APART = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "._-"}
)
_SILENT = frozenset(" ".join(SILENT.values()).split())
_WAKES = frozenset(" ".join(WAKES.values()).split())
