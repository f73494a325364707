/** What stands on every page: mark and name of the seller above, legal particulars below. */
import { ibanGroups } from '../../../core/text/iban-groups.ts'
import type { Column, Content } from 'pdfmake/interfaces.js'
import { MARK_SIZE } from './brand.ts'
import type { Invoice } from '../../invoice-model.ts'
import { countryName } from '../country-name.ts'
import { paperTexts } from '../texts/paper-texts.ts'
import type { InvoiceTexts } from '../texts/invoice-texts.ts'
import { titleOf } from './document-facts.ts'
import { TITLE_FONT } from './invoice-fonts.ts'
import { oneLine } from './one-line.ts'
import { CONTENT_WIDTH, HAIRLINE, INK, MUTED, PAGE, type PdfContext } from './page-style.ts'

/** Long names get a smaller letter, so that they stay on one or two lines. */
const NAME_SIZES = [
  { charactersMax: 26, fontSize: 17 },
  { charactersMax: 44, fontSize: 13 },
  { charactersMax: Infinity, fontSize: 10 },
] as const

/** What fits beside the name of the seller at full size. */
const TITLE_CHARACTERS_MAX = 11
/** Its name in the document's images. */
export const LOGO = 'logo'
const LOGO_WIDTH = 220
const TITLE_WIDTH = 150
const NAME_WIDTH = CONTENT_WIDTH - MARK_SIZE - TITLE_WIDTH - 11

export function letterheadAbove(invoice: Invoice, context: PdfContext): Content {
  const title = titleOf(invoice)
  return {
    margin: [PAGE.left, 32, PAGE.right, 0],
    columns: [
      ...sellerMark(invoice, context),
      {
        width: TITLE_WIDTH,
        text: title,
        font: TITLE_FONT,
        fontSize: title.length > TITLE_CHARACTERS_MAX ? 15 : 25,
        alignment: 'right',
        color: context.brand.color,
        margin: [0, title.length > TITLE_CHARACTERS_MAX ? 9 : 1, 0, 0],
      },
    ],
  }
}

/** Long names make four lines of it, which is what the margin below holds. */
const LINE_HEIGHT = 1.15
/** Of the number and the page, below. */
const PLACE_WIDTH = 84

/** The logo, or the mark and the name. */
function sellerMark(invoice: Invoice, { brand }: PdfContext): Column[] {
  if (brand.logo !== undefined) {
    return [{ width: '*', stack: [{ image: LOGO, fit: [LOGO_WIDTH, MARK_SIZE] }] }]
  }
  const { legalName } = invoice.seller.party
  const size = NAME_SIZES.find((each) => legalName.length <= each.charactersMax)
  return [
    // Copies: pdfmake moves what it draws to its place on the page.
    { width: MARK_SIZE, canvas: brand.mark.map((part) => ({ ...part })) },
    {
      width: '*',
      ...oneLine(legalName, { width: NAME_WIDTH, fontSize: size?.fontSize ?? 10, bold: true }),
      color: INK,
      margin: [11, size?.fontSize === 17 ? 7 : 9, 0, 0],
    },
  ]
}

export function letterheadBelow(
  invoice: Invoice,
  context: PdfContext,
  place: { page: number; pages: number },
): Content {
  const below = { width: CONTENT_WIDTH - PLACE_WIDTH, fontSize: 7 }
  const line = { type: 'line', x1: 0, y1: 0, x2: CONTENT_WIDTH, y2: 0 }
  return {
    margin: [PAGE.left, 10, PAGE.right, 0],
    stack: [
      { canvas: [{ ...line, type: 'line', lineWidth: 0.5, lineColor: HAIRLINE }] },
      {
        margin: [0, 6, 0, 0],
        color: MUTED,
        columns: [
          {
            width: '*',
            lineHeight: LINE_HEIGHT,
            stack: particulars(invoice, context.texts).map((text) => oneLine(text, below)),
          },
          {
            width: PLACE_WIDTH,
            alignment: 'right',
            lineHeight: LINE_HEIGHT,
            stack: [invoice.number, context.texts.page(place)]
              .filter(Boolean)
              .map((text) => oneLine(text, { ...below, width: PLACE_WIDTH })),
          },
        ],
      },
    ],
  }
}

/** What the law wants of the seller on each invoice, on two lines. */
function particulars(invoice: Invoice, texts: InvoiceTexts): string[] {
  const { seller, language } = invoice
  const { party } = seller
  const { street, postcode, city, country } = party.address
  const registration = texts.registration[country === 'BE' ? 'BE' : 'NL']
  return [
    [party.legalName, street, `${postcode} ${city}`, countryName(country, language), seller.email]
      .filter(Boolean)
      .join(' · '),
    [
      `${texts.vatId} ${party.vatId}`,
      [registration, party.registrationNumber, courtOf(invoice)].filter(Boolean).join(' '),
      `IBAN ${ibanGroups(seller.iban)}`,
      seller.bic && `BIC ${seller.bic}`,
    ]
      .filter(Boolean)
      .join(' · '),
  ]
}

/** A Belgian company says in the register of which court it is. */
function courtOf({ seller, language, paper }: Invoice): string {
  if (seller.party.address.country !== 'BE' || paper?.court === undefined) return ''
  return `${paperTexts(language).register} ${paper.court}`
}
