import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import { DOCUMENT_KINDS, writable, type DocumentKind } from './document-kinds.ts'
import { pdfFile } from './pdf/pdf-file.ts'

test('what is stored, mailed and downloaded of each document', () => {
  const facts = DOCUMENT_KINDS.map(({ kind, ending, contentType, isMailed }) => ({
    kind,
    ending,
    contentType,
    isMailed,
  }))
  expect(facts).toMatchInlineSnapshot(`
    [
      {
        "contentType": "application/pdf",
        "ending": ".pdf",
        "isMailed": true,
        "kind": "pdf",
      },
      {
        "contentType": "application/xml",
        "ending": "-ubl.xml",
        "isMailed": true,
        "kind": "ubl",
      },
      {
        "contentType": "text/csv; charset=utf-8",
        "ending": "-cdrs.csv",
        "isMailed": "as-wished",
        "kind": "cdrs",
      },
    ]
  `)
})

const { content } = pdfFile

function kindOf(kind: string, rules: Pick<DocumentKind, 'isOf' | 'gaps'>): DocumentKind {
  return { kind, ending: '', contentType: '', isMailed: false, content, ...rules }
}

test('an invoice has the documents that it is of, and for which it lacks nothing', () => {
  const invoice = buildInvoice(inventedRequest({ subscriptionsCount: 1 }))
  const kinds = [
    kindOf('always', {}),
    kindOf('of it', { isOf: () => true, gaps: () => [] }),
    kindOf('not of it', { isOf: () => false }),
    kindOf('not of it, lacking nothing', { isOf: () => false, gaps: () => [] }),
    kindOf('lacking', { gaps: () => ['a VAT id'] }),
    kindOf('of it, lacking', { isOf: () => true, gaps: () => ['a VAT id'] }),
  ]
  expect(writable(invoice, kinds).map(({ kind }) => kind)).toEqual(['always', 'of it'])
})
