/**
 * Bank statements of ISO 20022, camt.053, versions .02 to .13: they differ in where the name of a party, the
 * state of an entry and the amount of a transaction stand, and both places are read.
 */
import { TikError } from '../../core/failures/errors.ts'
import { micros, microsFromDecimal, type Micros } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import type { BankDirection, BankEntry, BankStatement } from './bank-entry.ts'
import { elementAt, elementsAt, readXmlTree, textAt, type ReadElement } from './xml-tree.ts'

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d{2})$/
const VERSIONS = { from: 2, to: 13 } as const
/** What banks write where they have no reference. */
const NO_REFERENCE: ReadonlySet<string> = new Set(['', 'NOTPROVIDED', 'NONREF', 'NOTAVAILABLE'])
const PARTS_MAX = 100_000

/** Throws `file_unreadable` for what is no camt.053 of these versions, or not whole. */
export function readCamt053(fileName: string, document: string): BankStatement[] {
  const root = readXmlTree(fileName, document)
  const version = Number.parseInt(NAMESPACE.exec(namespaceOf(root))?.[1] ?? '0', 10)
  if (version < VERSIONS.from || version > VERSIONS.to) {
    throw new TikError('file_unreadable', `${fileName} is no camt.053.001.02 to .13`, {
      hint: 'ask the bank for statements as camt.053',
    })
  }
  const statements = elementsAt(root, 'BkToCstmrStmt/Stmt')
  if (statements.length === 0) {
    throw new TikError('file_unreadable', `${fileName} has no statement`)
  }
  return statements.map((statement) => readStatement(statement, fileName))
}

function namespaceOf({ attributes }: ReadElement): string {
  const names = Object.values(attributes)
  return names.find((value) => NAMESPACE.test(value)) ?? ''
}

interface Place {
  readonly fileName: string
  readonly statementId: string
  readonly iban: string
  /** Where an entry has no date. */
  readonly createdDay: string
}

function readStatement(statement: ReadElement, fileName: string): BankStatement {
  const iban = textAt(statement, 'Acct/Id/IBAN', 'Acct/Id/Othr/Id').replaceAll(' ', '')
  const statementId = textAt(statement, 'Id')
  if (iban === '' || statementId === '') {
    throw new TikError('file_unreadable', `${fileName}: a statement has no id or no account`)
  }
  const createdDay = textAt(statement, 'CreDtTm').slice(0, 10)
  const place = { fileName, statementId, iban, createdDay }
  const all = elementsAt(statement, 'Ntry')
  const booked = all.filter((entry) => textAt(entry, 'Sts/Cd', 'Sts') === 'BOOK')
  const ofMoney = booked.filter((entry) => !/^0+(\.0+)?$/.test(textAt(entry, 'Amt')))
  const seen = new Map<string, number>()
  const entries = ofMoney.flatMap((entry, index) => {
    const identity = identityOf(entry, place, index)
    const occurrence = seen.get(identity) ?? 0
    seen.set(identity, occurrence + 1)
    return readEntry(entry, place, occurrence === 0 ? identity : `${identity}|again ${occurrence}`)
  })
  return { statementId, iban, entries, notBookedCount: all.length - booked.length }
}

/**
 * The bank's own reference is the same in every statement that has the entry; without one it is known by its
 * statement and its reference or place there. Amount and day go with it: some banks number anew each day.
 */
function identityOf(entry: ReadElement, { statementId, iban }: Place, index: number): string {
  const servicer = textAt(entry, 'AcctSvcrRef')
  const own = textAt(entry, 'NtryRef')
  const what = [
    textAt(entry, 'Amt'),
    textAt(entry, 'CdtDbtInd'),
    textAt(entry, 'BookgDt/Dt', 'BookgDt/DtTm'),
  ]
  const where = NO_REFERENCE.has(servicer)
    ? [statementId, NO_REFERENCE.has(own) ? `entry ${index + 1}` : own]
    : [servicer]
  return [iban, ...where, ...what].join('|')
}

function readEntry(entry: ReadElement, place: Place, identity: string): BankEntry[] {
  const whole = amountOf(entry, place)
  const parts = elementsAt(entry, 'NtryDtls/TxDtls')
  if (parts.length > PARTS_MAX) {
    throw new TikError('file_unreadable', `${place.fileName}: an entry has over ${PARTS_MAX} parts`)
  }
  if (parts.length <= 1) {
    return [oneOf(entry, parts[0], { place, key: identity, ...whole, unclear: '' })]
  }
  const amounts = parts.map((part) => partAmount(part, place))
  const sum = amounts.reduce<number>((total, part) => total + (part?.amountMicros ?? 0), 0)
  const isWhole = amounts.every((part) => part?.currency === whole.currency)
  if (!isWhole || sum !== whole.amountMicros) {
    const unclear = `a batch of ${parts.length} that does not say its amounts`
    return [oneOf(entry, undefined, { place, key: identity, ...whole, unclear })]
  }
  return parts.map((part, index) => {
    const amount = amounts[index] ?? whole
    return oneOf(entry, part, {
      place,
      key: `${identity}|part ${index + 1}`,
      ...amount,
      unclear: '',
    })
  })
}

interface Amount {
  readonly amountMicros: Micros
  readonly currency: string
}

function oneOf(
  entry: ReadElement,
  part: ReadElement | undefined,
  known: Amount & { readonly place: Place; readonly key: string; readonly unclear: string },
): BankEntry {
  const { place, key, amountMicros, currency, unclear } = known
  const details = part ?? entry
  const direction = directionOf(entry, part)
  const side = textAt(details, 'CdtDbtInd') || textAt(entry, 'CdtDbtInd')
  const other = side === 'CRDT' ? 'Dbtr' : 'Cdtr'
  return {
    key,
    iban: place.iban,
    statementId: place.statementId,
    bookedDay: dayOf(entry, place),
    amountMicros,
    currency,
    direction,
    counterparty: {
      name: textAt(details, `RltdPties/${other}/Nm`, `RltdPties/${other}/Pty/Nm`),
      iban: textAt(details, `RltdPties/${other}Acct/Id/IBAN`).replaceAll(' ', ''),
    },
    structuredReferences: textsOf(details, 'RmtInf/Strd/CdtrRefInf/Ref'),
    text: [
      ...textsOf(details, 'RmtInf/Ustrd'),
      ...textsOf(details, 'RmtInf/Strd/RfrdDocInf/Nb'),
      ...textsOf(details, 'RmtInf/Strd/AddtlRmtInf'),
      ...(part === undefined ? textsOf(entry, 'AddtlNtryInf') : textsOf(part, 'AddtlTxInf')),
    ].join(' '),
    ids: ['EndToEndId', 'TxId', 'InstrId']
      .map((name) => textAt(details, `Refs/${name}`))
      .filter((id) => !NO_REFERENCE.has(id)),
    unclear,
    batchId:
      textAt(details, 'Refs/PmtInfId') ||
      (part === undefined ? textAt(entry, 'NtryDtls/Btch/PmtInfId') : ''),
    returnReason: textAt(details, 'RtrInf/Rsn/Cd', 'RtrInf/Rsn/Prtry'),
  }
}

/** A debit that undoes a credit is a payment that went back; a credit that undoes a debit was never a customer's. */
function directionOf(entry: ReadElement, part: ReadElement | undefined): BankDirection {
  const side = (part === undefined ? '' : textAt(part, 'CdtDbtInd')) || textAt(entry, 'CdtDbtInd')
  const isReturn = part !== undefined && elementAt(part, 'RtrInf') !== undefined
  const isUndone =
    textAt(entry, 'RvslInd') === 'true' || textAt(entry, 'RvslInd') === '1' || isReturn
  if (side === 'CRDT') return isUndone ? 'out' : 'in'
  return isUndone ? 'back' : 'out'
}

function amountOf(element: ReadElement, place: Place): Amount {
  const amount = amountIn(elementAt(element, 'Amt'), place)
  if (amount === undefined) {
    throw new TikError('file_unreadable', `${place.fileName}: an entry has no amount`)
  }
  return amount
}

function partAmount(part: ReadElement, place: Place): Amount | undefined {
  return amountIn(elementAt(part, 'Amt') ?? elementAt(part, 'AmtDtls/TxAmt/Amt'), place)
}

function amountIn(element: ReadElement | undefined, { fileName }: Place): Amount | undefined {
  if (element === undefined) return undefined
  const amountMicros = /^\d+(\.\d{1,5})?$/.test(element.text)
    ? microsFromDecimal(element.text)
    : micros(0)
  if (amountMicros <= 0 || amountMicros % 10_000 !== 0) {
    throw new TikError('file_unreadable', `${fileName}: "${element.text}" is no amount of an entry`)
  }
  return { amountMicros, currency: element.attributes['Ccy'] ?? '' }
}

function dayOf(entry: ReadElement, { fileName, createdDay }: Place): number {
  const date = textAt(entry, 'BookgDt/Dt', 'BookgDt/DtTm', 'ValDt/Dt', 'ValDt/DtTm').slice(0, 10)
  try {
    return dayFromIso(date === '' ? createdDay : date)
  } catch (cause) {
    throw new TikError('file_unreadable', `${fileName}: "${date}" is no date of an entry`, {
      cause,
    })
  }
}

function textsOf(element: ReadElement, path: string): string[] {
  return elementsAt(element, path).flatMap(({ text }) => (text === '' ? [] : [text]))
}
