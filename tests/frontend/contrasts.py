"""How well words and the switch stand out from what is behind them, as a script for the page."""

LIGHT = """
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const light = (colour) => {
    pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
"""
SWITCH = (
    "async () => {"
    + LIGHT
    + """
  await Promise.all(document.getAnimations().map((one) => one.finished));
  const track = getComputedStyle(document.querySelector('[data-part=stay]'), '::before');
  const ground = getComputedStyle(document.documentElement).backgroundColor;
  return contrast(track.backgroundColor, ground);
}"""
)
CONTRASTS = (
    "() => {"
    + LIGHT
    + """
  const ground = (e) => {
    const own = getComputedStyle(e).backgroundColor;
    return own === 'rgba(0, 0, 0, 0)' && e.parentElement ? ground(e.parentElement) : own;
  };
  const leaves = [...document.querySelectorAll('.words *')].filter((e) => !e.children.length);
  return leaves.filter((e) => e.innerText)
    .filter((e) => contrast(getComputedStyle(e).color, ground(e)) < 4.5)
    .map((e) => e.innerText);
}"""
)
