/**
 * IBM Plex Sans (SIL Open Font License 1.1): Latin with all accents, Greek and Cyrillic, and digits
 * of one width. Only the glyphs that an invoice uses are embedded.
 */
import { createRequire } from 'node:module'
import type { TFontDictionary } from 'pdfmake/interfaces.js'

const require = createRequire(import.meta.url)

export const INVOICE_FONT = 'Plex'
/** Large figures and titles. */
export const TITLE_FONT = 'PlexLight'

export const FONT_FILES = {
  regular:
    require.resolve('@expo-google-fonts/ibm-plex-sans/400Regular/IBMPlexSans_400Regular.ttf'),
  semiBold:
    require.resolve('@expo-google-fonts/ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold.ttf'),
  light: require.resolve('@expo-google-fonts/ibm-plex-sans/300Light/IBMPlexSans_300Light.ttf'),
} as const

export const INVOICE_FONTS: TFontDictionary = {
  [INVOICE_FONT]: { normal: FONT_FILES.regular, bold: FONT_FILES.semiBold },
  [TITLE_FONT]: { normal: FONT_FILES.light },
}
