/** Bundles as bars: used of included, first of groups, then of subscriptions, fullest first. */
import type { Content, TableCell } from 'pdfmake/interfaces.js'
import type { BilledBundle, Invoice } from '../../invoice-model.ts'
import { bar } from './bar.ts'
import type { PdfContext } from './page-style.ts'
import { sectionTable } from './section-table.ts'

const BAR_COLUMN_WIDTH = 96
/** Bundles of subscriptions that are printed; the rest is counted. All are in the stored invoice. */
const SUBSCRIPTION_BUNDLES_MAX = 40

export function bundleOverviewTables(invoice: Invoice, context: PdfContext): Content[] {
  const { texts } = context
  const ofGroups = invoice.bundles.filter((bundle) => bundle.scope === 'group')
  const ofSubscriptions = invoice.bundles
    .filter((bundle) => bundle.scope === 'subscription')
    .sort((left, right) => share(right) - share(left))
  return [
    ...bundleTable(texts.bundlesOfGroups, ofGroups, context),
    ...bundleTable(texts.bundlesOfSubscriptions, ofSubscriptions, context),
  ]
}

function bundleTable(
  title: string,
  bundles: readonly BilledBundle[],
  context: PdfContext,
): Content[] {
  const { texts } = context
  if (bundles.length === 0) return []
  const shown = bundles.slice(0, SUBSCRIPTION_BUNDLES_MAX)
  const hiddenCount = bundles.length - shown.length
  const hasBytes = shown.some((bundle) => bundle.unit === 'byte')
  const notes = [
    ...(hasBytes ? [texts.dataUnits] : []),
    ...(hiddenCount > 0 ? [texts.moreBundles(hiddenCount)] : []),
  ]
  const table = {
    title,
    ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
    columns: [
      { title: texts.label, width: '*' },
      { title: texts.bundles, width: 100 },
      { title: '', width: BAR_COLUMN_WIDTH },
      { title: texts.used, width: 62, alignment: 'right' },
      { title: texts.included, width: 62, alignment: 'right' },
    ],
    rows: shown.map((bundle) => cells(bundle, context)),
  } as const
  return [sectionTable(table, context)]
}

function cells(bundle: BilledBundle, context: PdfContext): (string | TableCell)[] {
  const { texts, format } = context
  const { included, used, unit } = bundle
  return [
    bundle.label === '' ? bundle.scopeId : bundle.label,
    bundle.name,
    bar(
      { share: share(bundle), width: BAR_COLUMN_WIDTH, color: colorOf(bundle, context) },
      context,
    ),
    format.quantity(used, unit),
    included === undefined ? `∞ ${texts.unlimited}` : format.quantity(included, unit),
  ]
}

/** Share of the bundle that was used; 0 where it has no end. */
function share(bundle: BilledBundle): number {
  const { included, used } = bundle
  if (included === undefined || included <= 0) return 0
  return used / included
}

/** A warning where more was used than is included. */
function colorOf(bundle: BilledBundle, { brand }: PdfContext): string {
  return share(bundle) > 1 ? brand.warning : brand.color
}
