/**
 * Documents are written while the next accounts are billed. At most a few wait; the first failure
 * stops the run, which can go on later from what is stored.
 */
import type { BillingParts } from '../run/billing.ts'
import { writeDocuments, type DocumentOrder } from './invoice-documents.ts'
import type { PdfRenderer } from './pdf/pdf-renderer.ts'

export interface DocumentQueue {
  /** Resolves when there is room for more. `files` is filled when the documents are written. */
  add(order: DocumentOrder, files: string[]): Promise<void>
  done(): Promise<void>
}

export function createDocumentQueue(parts: BillingParts, renderer: PdfRenderer): DocumentQueue {
  const inHand = new Set<Promise<void>>()
  const failures: unknown[] = []
  function throwFailure(): void {
    if (failures.length > 0) throw failures[0]
  }
  return {
    async add(order, files) {
      throwFailure()
      const job: Promise<void> = writeDocuments(parts, renderer, order)
        .then(
          (written) => void files.push(...written),
          (error: unknown) => void failures.push(error),
        )
        .finally(() => inHand.delete(job))
      inHand.add(job)
      if (inHand.size > renderer.atOnce) await Promise.race(inHand)
      throwFailure()
    },
    async done() {
      await Promise.all(inHand)
      throwFailure()
    },
  }
}
