/** The first page: who, what, when, the sums, and how to pay. */
import type { Column, Content, TableCell } from 'pdfmake/interfaces.js'
import { sumMicros } from '../../build/vat.ts'
import { INVOICE_SECTIONS, type Invoice } from '../../invoice-model.ts'
import { countryName } from '../country-name.ts'
import { paymentText } from '../payment-reference.ts'
import { creditTexts } from '../texts/credit-texts.ts'
import { documentFacts, furtherFacts } from './document-facts.ts'
import { epcQrText } from './epc-qr.ts'
import { TITLE_FONT } from './invoice-fonts.ts'
import { ibanGroups } from '../../../core/text/iban-groups.ts'
import { INK, MUTED, type PdfContext } from './page-style.ts'
import { qrCode } from './qr-code.ts'
import { shownLines } from './shown-lines.ts'
import { bearsVat, taxText } from './tax-text.ts'
import { sectionTable } from './section-table.ts'

export function firstPage(invoice: Invoice, context: PdfContext): Content[] {
  return [
    { margin: [0, 18, 0, 24], columns: [customerAddress(invoice), totalBox(invoice, context)] },
    facts(invoice, context),
    ...customerText(invoice),
    summary(invoice, context),
    vatTable(invoice, context),
    payment(invoice, context),
    ...sellerNote(invoice),
  ]
}

function sellerNote({ paper }: Invoice): Content[] {
  if (paper?.note === undefined) return []
  return [{ text: paper.note, margin: [0, 18, 0, 0], color: MUTED, lineHeight: 1.2 }]
}

const TOTAL_BOX_WIDTH = 196

function customerAddress(invoice: Invoice): Column {
  const { legalName, address } = invoice.customer.party
  const { street, postcode, city, country } = address
  const isAbroad = country !== invoice.seller.party.address.country
  return {
    width: '*',
    margin: [0, 6, 24, 0],
    fontSize: 10.5,
    lineHeight: 1.25,
    stack: [
      { text: legalName, bold: true },
      street,
      `${postcode}  ${city}`,
      ...(isAbroad ? [countryName(country, invoice.language)] : []),
    ],
  }
}

function totalBox(invoice: Invoice, context: PdfContext): Column {
  const { texts, format, brand } = context
  const words = creditTexts(invoice.language)
  const isCredit = invoice.kind === 'credit-note'
  const onColor = { color: '#FFFFFF', alignment: 'right' } as const
  return {
    width: TOTAL_BOX_WIDTH,
    table: {
      widths: [TOTAL_BOX_WIDTH - 28],
      body: [
        [
          {
            stack: [
              { ...onColor, text: isCredit ? words.givenBack : texts.toPay, fontSize: 9 },
              {
                ...onColor,
                text: format.amount(invoice.totals.grossMicros),
                font: TITLE_FONT,
                fontSize: 25,
              },
              {
                ...onColor,
                text: isCredit
                  ? `${words.issueDate} ${format.date(invoice.issueDay)}`
                  : `${texts.dueDate} ${format.date(invoice.dueDay)}`,
                fontSize: 9,
                margin: [0, 2, 0, 0],
              },
            ],
          },
        ],
      ],
    },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: () => 0,
      fillColor: () => brand.color,
      paddingLeft: () => 14,
      paddingRight: () => 14,
      paddingTop: () => 11,
      paddingBottom: () => 12,
    },
  }
}

function facts(invoice: Invoice, context: PdfContext): Content {
  const widths = ['*', 84, 138, 112]
  const first = documentFacts(invoice, context)
  const further = furtherFacts(invoice, context)
  const short = further.filter(([, value]) => value.length <= FACT_CHARACTERS_MAX)
  const long = further.filter(([, value]) => value.length > FACT_CHARACTERS_MAX)
  const cells = (row: readonly (readonly [string, string])[]): TableCell[] =>
    widths.map((_, index) => factCell(row[index] ?? []))
  return {
    margin: [0, 0, 0, 22],
    table: {
      widths,
      body: [
        cells(first),
        ...(short.length === 0 ? [] : [cells(short)]),
        ...long.map((fact): TableCell[] => [
          { ...factCell(fact), colSpan: widths.length },
          '',
          '',
          '',
        ]),
      ],
    },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: () => 0,
      fillColor: () => context.brand.tint,
      paddingLeft: () => 10,
      paddingRight: () => 4,
      paddingTop: () => 6,
      paddingBottom: () => 6,
    },
  }
}

/** What the customer asked to stand on its invoices. */
function customerText({ customerText: text = '' }: Invoice): Content[] {
  return text === '' ? [] : [{ text, fontSize: 9.5, margin: [0, -8, 0, 14] }]
}

/** A longer one has a row of its own. */
const FACT_CHARACTERS_MAX = 24

function factCell([label = '', value = '']: readonly string[]): { stack: Content[] } {
  return {
    stack: [
      { text: label, fontSize: 7.5, color: MUTED },
      { text: value, fontSize: 9.5, bold: true, margin: [0, 1, 0, 0] },
    ],
  }
}

function summary(invoice: Invoice, context: PdfContext): Content {
  const { texts, paper, format } = context
  const rows = INVOICE_SECTIONS.flatMap((section) => {
    const lines = shownLines(invoice, section)
    if (lines.length === 0) return []
    const sum = sumMicros(lines.map((line) => line.amountMicros))
    return [[texts.sections[section], format.cents(sum)]]
  })
  return sectionTable(
    {
      title: texts.summary,
      columns: [
        { title: texts.description, width: '*' },
        { title: `${paper.amountExVat} (€)`, width: 110, alignment: 'right' },
      ],
      rows,
      total: [texts.net, format.cents(invoice.totals.netMicros)],
    },
    context,
  )
}

function vatTable(invoice: Invoice, context: PdfContext): Content {
  const { texts, paper, format } = context
  const reasons = invoice.vat
    .map(({ reason, taxCategory }) => reason ?? texts.taxReasons[taxCategory])
    .filter((reason) => reason !== '')
  return {
    stack: [
      sectionTable(
        {
          title: texts.vatTable,
          columns: [
            { title: texts.description, width: '*' },
            { title: `${texts.vatBase} (€)`, width: 110, alignment: 'right' },
            { title: texts.vatRate, width: 60, alignment: 'right' },
            { title: `${texts.vat} (€)`, width: 110, alignment: 'right' },
          ],
          rows: invoice.vat.map((subtotal) => [
            texts.taxNames[subtotal.taxCategory],
            format.cents(subtotal.netMicros),
            taxText(subtotal.taxCategory, subtotal.percentHundredths, context),
            format.cents(subtotal.vatMicros),
          ]),
          total: [
            bearsVat(invoice) ? texts.gross : paper.totalWithoutVat,
            '',
            '',
            format.amount(invoice.totals.grossMicros),
          ],
        },
        context,
      ),
      ...reasons.map((text): Content => ({ text, fontSize: 8.5, margin: [0, -12, 0, 14] })),
    ],
  }
}

/** Modules are whole points, so a code of any version comes out at 74 to 99 points. */
const QR_SIZE = 104

function payment(invoice: Invoice, context: PdfContext): Content {
  const { texts, format } = context
  const { seller, totals } = invoice
  if (invoice.kind === 'credit-note') {
    return { text: creditTexts(invoice.language).settled, fontSize: 11, bold: true, color: INK }
  }
  if (totals.grossMicros <= 0) {
    return { text: context.paper.nothingToPay, fontSize: 11, bold: true, color: INK }
  }
  const qr = epcQrText(invoice)
  const words: Column = {
    width: '*',
    margin: [0, 6, 0, 0],
    lineHeight: 1.3,
    stack: [
      {
        text: texts.payBefore({
          amount: format.amount(totals.grossMicros),
          date: format.date(invoice.dueDay),
        }),
        fontSize: 11,
        bold: true,
        color: INK,
      },
      {
        text: texts.payTo({
          iban: ibanGroups(seller.iban),
          name: seller.party.legalName,
          number: paymentText(invoice),
        }),
      },
      { text: texts.terms(invoice.paymentTermDays), color: MUTED },
    ],
  }
  if (qr === undefined) return { columns: [words], unbreakable: true }
  const { width, canvas } = qrCode(qr, { size: QR_SIZE, color: INK })
  const code: Column = {
    width: QR_SIZE + 4,
    stack: [
      { canvas, margin: [QR_SIZE + 4 - width, 0, 0, 2] },
      { text: texts.scanToPay, fontSize: 6.5, color: MUTED, alignment: 'right' },
    ],
  }
  return { columns: [words, code], columnGap: 20, unbreakable: true }
}
