/** The catalogue that a bill run kept: what it left out of a CDR file is left out whenever the file is made again. */
import { z } from 'zod'
import type { BillingParts } from '../run/billing.ts'

/** The parts as the run had them; one of a build that kept no catalogue has that of today. */
export async function withCatalogueOfRun(
  parts: BillingParts,
  runId: number,
): Promise<BillingParts> {
  const [row] = await parts.operations.query(
    'SELECT catalogue_key FROM billing_runs WHERE run_id = $1',
    [runId],
    z.object({ catalogue_key: z.string().nullable() }),
  )
  const catalogueKey = row?.catalogue_key ?? ''
  if (catalogueKey === '' || catalogueKey === parts.catalogueKey) return parts
  return { ...parts, catalogueKey, catalogue: await parts.catalogueOf(catalogueKey) }
}
