/** Colours as #rrggbb. */

/** Contrast with white letters, 1 to 21 (WCAG 2, relative luminance). */
export function contrastWithWhite(color: string): number {
  const [red, green, blue] = channelsOf(color).map(linear)
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
  return 1.05 / (luminance + 0.05)
}

/** So much of the colour on white: 0.1 is a tint for surfaces. */
export function tintOf(color: string, share: number): string {
  const mixed = channelsOf(color).map((channel) => Math.round(255 - (255 - channel) * share))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`.toUpperCase()
}

function channelsOf(color: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16))
}

function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}
