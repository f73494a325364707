/** Measures, colours and table rules that all parts of the PDF share. Lengths are points. */
import type { CustomTableLayout, TableCell } from 'pdfmake/interfaces.js'
import type { LocaleFormat } from '../../../core/text/locale-format.ts'
import type { InvoiceTexts } from '../texts/invoice-texts.ts'
import type { PaperTexts } from '../texts/paper-texts.ts'
import type { Brand } from './brand.ts'

export const PAGE = { width: 595.28, height: 841.89, left: 48, right: 48, top: 92, bottom: 64 }

/** Between the margins. */
export const CONTENT_WIDTH = PAGE.width - PAGE.left - PAGE.right
export const FONT_SIZE = 9
/** Of what explains a line. */
export const NOTE_SIZE = 7.5

export const INK = '#1B2126'
export const MUTED = '#5E6870'
export const HAIRLINE = '#D5DADE'

/** What every part of the PDF is drawn with. */
export interface PdfContext {
  readonly texts: InvoiceTexts
  readonly paper: PaperTexts
  readonly format: LocaleFormat
  readonly brand: Brand
}

export interface Column {
  readonly title: string
  readonly width: number | '*'
  readonly alignment?: 'right'
}

export interface SectionTable {
  readonly title: string
  readonly note?: string
  readonly columns: readonly Column[]
  /** Cells by column: text, or a drawing. */
  readonly rows: readonly (readonly (string | TableCell)[])[]
  readonly total?: readonly string[]
}

export const CELL_GAP = 5

export const sectionLayout: CustomTableLayout = {
  hLineWidth: (line, node) => {
    const headerRows = node.table.headerRows ?? 0
    if (line < headerRows) return 0
    return line === headerRows ? 0.8 : line === node.table.body.length ? 0.8 : 0.4
  },
  vLineWidth: () => 0,
  hLineColor: (line, node) => {
    const edge = line === (node.table.headerRows ?? 0) || line === node.table.body.length
    return edge ? MUTED : HAIRLINE
  },
  paddingLeft: (column) => (column === 0 ? 0 : CELL_GAP),
  paddingRight: (column, node) => (column === (node.table.widths?.length ?? 0) - 1 ? 0 : CELL_GAP),
  paddingTop: () => 3.2,
  paddingBottom: () => 3.2,
}
