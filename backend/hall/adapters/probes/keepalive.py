"""How soon a TCP connection notices that its other end is gone without a word."""

import socket

NOTICE_S = 6
"""How long a silent connection lives when the other end is gone."""

# tcp(7): a first probe after 3 s of silence, then one a second; unanswered data counts as well.
KEEPALIVE: list[tuple[int, int, int]] = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, NOTICE_S // 2),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, NOTICE_S // 2),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, NOTICE_S * 1000),
]
