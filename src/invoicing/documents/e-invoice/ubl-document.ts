/**
 * The syntax UBL 2.1 of an electronic invoice, as Peppol BIS Billing 3.0 binds it: one writer of both
 * roots, Invoice and CreditNote. The order of the elements is that of the schema.
 */
import { dayToIso } from '../../../core/time/period.ts'
import type { ElectronicAttachment, ElectronicInvoice } from './electronic-invoice.ts'
import { ublParty } from './ubl-party.ts'
import { ublPeriod } from './ubl-period.ts'
import { amount, percentText, taxCategory, ublLine } from './ubl-line.ts'
import { group, leaf, xmlText, type XmlElement } from './xml.ts'

const SPECIFICATION = 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0'
const PROCESS = 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0'
const UBL = 'urn:oasis:names:specification:ubl:schema:xsd'
/** UNTDID 4461: SEPA credit transfer. */
const SEPA_TRANSFER = '58'
/** UNTDID 5189: discount. */
const DISCOUNT = '95'

export function ublDocument(invoice: ElectronicInvoice): string {
  const isCredit = invoice.typeCode === '381'
  const root = isCredit ? 'CreditNote' : 'Invoice'
  return xmlText({
    name: root,
    attributes: {
      xmlns: `${UBL}:${root}-2`,
      'xmlns:cac': `${UBL}:CommonAggregateComponents-2`,
      'xmlns:cbc': `${UBL}:CommonBasicComponents-2`,
    },
    content: [
      ...ublHead(invoice, isCredit),
      ...ublReferences(invoice),
      group('cac:AccountingSupplierParty', [ublParty(invoice.seller)]),
      group('cac:AccountingCustomerParty', [ublParty(invoice.buyer)]),
      ...ublPayment(invoice, isCredit),
      ...ublAdjustments(invoice),
      ...ublTotals(invoice),
      ...invoice.lines.map((line) => ublLine(line, isCredit)),
    ].filter((element) => element !== undefined),
  })
}

type Parts = (XmlElement | undefined)[]

function ublHead(invoice: ElectronicInvoice, isCredit: boolean): Parts {
  return [
    leaf('cbc:CustomizationID', SPECIFICATION),
    leaf('cbc:ProfileID', PROCESS),
    leaf('cbc:ID', invoice.number),
    leaf('cbc:IssueDate', dayToIso(invoice.issueDay)),
    isCredit ? undefined : leaf('cbc:DueDate', dayToIso(invoice.dueDay)),
    leaf(isCredit ? 'cbc:CreditNoteTypeCode' : 'cbc:InvoiceTypeCode', invoice.typeCode),
    leaf('cbc:Note', invoice.note),
    leaf('cbc:DocumentCurrencyCode', invoice.currency),
    leaf('cbc:AccountingCost', invoice.accountingCost),
    leaf('cbc:BuyerReference', invoice.buyerReference),
  ]
}

function ublReferences(invoice: ElectronicInvoice): Parts {
  const { period, orderReference, precedingInvoices, attachment } = invoice
  return [
    ublPeriod(period),
    group('cac:OrderReference', [leaf('cbc:ID', orderReference)]),
    ...precedingInvoices.map(({ number, issueDay }) =>
      group('cac:BillingReference', [
        group('cac:InvoiceDocumentReference', [
          leaf('cbc:ID', number),
          leaf('cbc:IssueDate', dayToIso(issueDay)),
        ]),
      ]),
    ),
    attachment === undefined ? undefined : ublAttachment(attachment),
  ]
}

function ublAttachment(attachment: ElectronicAttachment): XmlElement | undefined {
  const { reference, content, contentType, fileName } = attachment
  const base64 = Buffer.from(content).toString('base64')
  return group('cac:AdditionalDocumentReference', [
    leaf('cbc:ID', reference),
    group('cac:Attachment', [
      leaf('cbc:EmbeddedDocumentBinaryObject', base64, {
        mimeCode: contentType,
        filename: fileName,
      }),
    ]),
  ])
}

function ublPayment(
  { payment, dueDay, paymentTerms }: ElectronicInvoice,
  isCredit: boolean,
): Parts {
  const means =
    payment === undefined
      ? undefined
      : group('cac:PaymentMeans', [
          leaf('cbc:PaymentMeansCode', SEPA_TRANSFER),
          isCredit ? leaf('cbc:PaymentDueDate', dayToIso(dueDay)) : undefined,
          leaf('cbc:PaymentID', payment.reference),
          group('cac:PayeeFinancialAccount', [
            leaf('cbc:ID', payment.iban),
            leaf('cbc:Name', payment.accountName),
            group('cac:FinancialInstitutionBranch', [leaf('cbc:ID', payment.bic)]),
          ]),
        ])
  return [means, group('cac:PaymentTerms', [leaf('cbc:Note', paymentTerms)])]
}

function ublAdjustments({ adjustments }: ElectronicInvoice): Parts {
  return adjustments.map(({ kind, amountMicros, share, reason, vat }) =>
    group('cac:AllowanceCharge', [
      leaf('cbc:ChargeIndicator', kind === 'charge' ? 'true' : 'false'),
      kind === 'charge' ? undefined : leaf('cbc:AllowanceChargeReasonCode', DISCOUNT),
      leaf('cbc:AllowanceChargeReason', reason),
      leaf('cbc:MultiplierFactorNumeric', share ? percentText(share.percentHundredths) : ''),
      amount('cbc:Amount', amountMicros),
      share ? amount('cbc:BaseAmount', share.baseMicros) : undefined,
      taxCategory('cac:TaxCategory', vat),
    ]),
  )
}

function ublTotals({ totals, vat }: ElectronicInvoice): Parts {
  const { linesMicros, allowancesMicros, chargesMicros, netMicros, vatMicros, grossMicros } = totals
  return [
    group('cac:TaxTotal', [
      amount('cbc:TaxAmount', vatMicros),
      ...vat.map((subtotal) =>
        group('cac:TaxSubtotal', [
          amount('cbc:TaxableAmount', subtotal.netMicros),
          amount('cbc:TaxAmount', subtotal.vatMicros),
          taxCategory('cac:TaxCategory', subtotal, subtotal),
        ]),
      ),
    ]),
    group('cac:LegalMonetaryTotal', [
      amount('cbc:LineExtensionAmount', linesMicros),
      amount('cbc:TaxExclusiveAmount', netMicros),
      amount('cbc:TaxInclusiveAmount', grossMicros),
      allowancesMicros === 0 ? undefined : amount('cbc:AllowanceTotalAmount', allowancesMicros),
      chargesMicros === 0 ? undefined : amount('cbc:ChargeTotalAmount', chargesMicros),
      amount('cbc:PayableAmount', grossMicros),
    ]),
  ]
}
