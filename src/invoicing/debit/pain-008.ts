/**
 * A batch of direct debits as ISO 20022 pain.008.001.08, the version of the SEPA rulebooks in force (EPC130-08 for
 * core, EPC131-08 for b2b: customer-to-bank guidelines on the 2019 version of the messages). The schemas of .02 and .08
 * ship with the PyPI package sepaxml; `npm run direct-debits` holds files against that of .08. One part for each scheme
 * and sequence; same batch, same bytes.
 */
import { microsToDecimal, type Micros } from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { DebitScheme } from '../../core/accounts/direct-debit.ts'
import { group, leaf, xmlText, type XmlElement } from '../documents/e-invoice/xml.ts'
import { sumMicros } from '../build/vat.ts'

export const DEBIT_SEQUENCES = ['FRST', 'RCUR', 'OOFF'] as const
export type DebitSequence = (typeof DEBIT_SEQUENCES)[number]

export interface DebitCollection {
  readonly endToEndId: string
  readonly invoiceId: number
  readonly amountMicros: Micros
  readonly scheme: DebitScheme
  readonly sequence: DebitSequence
  readonly mandateId: string
  readonly signedDay: number
  readonly debtorName: string
  readonly iban: string
  readonly bic: string | undefined
  /** What the customer sees: the number of the invoice. */
  readonly remittance: string
}

export interface DebitMessage {
  readonly messageId: string
  readonly createdMs: number
  readonly collectionDay: number
  readonly creditor: {
    readonly name: string
    readonly iban: string
    readonly bic: string | undefined
    readonly creditorId: string
  }
  readonly collections: readonly DebitCollection[]
}

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:pain.008.001.08'

export function pain008({ messageId, createdMs, ...message }: DebitMessage): string {
  const { collections, creditor } = message
  const created = new Date(createdMs).toISOString().slice(0, 19)
  const initiation = group('CstmrDrctDbtInitn', [
    group('GrpHdr', [
      leaf('MsgId', messageId),
      leaf('CreDtTm', created),
      ...totals(collections),
      group('InitgPty', [leaf('Nm', sepaText(creditor.name, 70))]),
    ]),
    ...parts(messageId, collections).map(([paymentInfoId, own]) =>
      paymentInfo({ paymentInfoId, own }, message),
    ),
  ])
  return xmlText(filled(group('Document', [initiation], { xmlns: NAMESPACE })))
}

/** What has an amount is never empty. */
function filled(element: XmlElement | undefined): XmlElement {
  if (element === undefined) throw new RangeError('a batch without collections is no batch')
  return element
}

/** The parts of a batch with their ids: collections of one scheme and sequence, in the order of these. */
export function parts(
  messageId: string,
  collections: readonly DebitCollection[],
): (readonly [paymentInfoId: string, readonly DebitCollection[]])[] {
  const byKind = Map.groupBy(collections, ({ scheme, sequence }) => `${scheme}-${sequence}`)
  return [...byKind]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, own], index) => [`${messageId}-${index + 1}`, own] as const)
}

function paymentInfo(
  { paymentInfoId, own }: { paymentInfoId: string; own: readonly DebitCollection[] },
  { collectionDay, creditor }: Omit<DebitMessage, 'messageId' | 'createdMs'>,
): XmlElement | undefined {
  const [first] = own
  if (first === undefined) throw new RangeError('a part of a batch has collections')
  return group('PmtInf', [
    leaf('PmtInfId', paymentInfoId),
    leaf('PmtMtd', 'DD'),
    leaf('BtchBookg', 'true'),
    ...totals(own),
    group('PmtTpInf', [
      group('SvcLvl', [leaf('Cd', 'SEPA')]),
      group('LclInstrm', [leaf('Cd', first.scheme.toUpperCase())]),
      leaf('SeqTp', first.sequence),
    ]),
    leaf('ReqdColltnDt', dayToIso(collectionDay)),
    group('Cdtr', [leaf('Nm', sepaText(creditor.name, 70))]),
    group('CdtrAcct', [group('Id', [leaf('IBAN', creditor.iban)])]),
    group('CdtrAgt', [institution(creditor.bic)]),
    leaf('ChrgBr', 'SLEV'),
    group('CdtrSchmeId', [
      group('Id', [
        group('PrvtId', [
          group('Othr', [
            leaf('Id', creditor.creditorId),
            group('SchmeNm', [leaf('Prtry', 'SEPA')]),
          ]),
        ]),
      ]),
    ]),
    ...own.map(transaction),
  ])
}

function transaction(collection: DebitCollection): XmlElement | undefined {
  return group('DrctDbtTxInf', [
    group('PmtId', [leaf('EndToEndId', collection.endToEndId)]),
    leaf('InstdAmt', microsToDecimal(collection.amountMicros, 2), { Ccy: 'EUR' }),
    group('DrctDbtTx', [
      group('MndtRltdInf', [
        leaf('MndtId', collection.mandateId),
        leaf('DtOfSgntr', dayToIso(collection.signedDay)),
      ]),
    ]),
    group('DbtrAgt', [institution(collection.bic)]),
    group('Dbtr', [leaf('Nm', sepaText(collection.debtorName, 70))]),
    group('DbtrAcct', [group('Id', [leaf('IBAN', collection.iban)])]),
    group('RmtInf', [leaf('Ustrd', sepaText(collection.remittance, 140))]),
  ])
}

function totals(own: readonly DebitCollection[]): (XmlElement | undefined)[] {
  const sum = sumMicros(own.map(({ amountMicros }) => amountMicros))
  return [leaf('NbOfTxs', String(own.length)), leaf('CtrlSum', microsToDecimal(sum, 2))]
}

/** Within SEPA an IBAN says which bank; without a BIC that is written in its place. */
function institution(bic: string | undefined): XmlElement | undefined {
  const id = bic === undefined ? group('Othr', [leaf('Id', 'NOTPROVIDED')]) : leaf('BICFI', bic)
  return group('FinInstnId', [id])
}

/** The characters that every bank takes (EPC217-08): accents fall off, whatever else is a space. */
export function sepaText(text: string, lengthMax: number): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('&', '+')
    .replaceAll(/[^A-Za-z0-9/?:().,'+ -]/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, lengthMax)
    .trim()
}
