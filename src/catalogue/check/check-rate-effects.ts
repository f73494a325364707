/**
 * Fields of a rate that would be read and then have no effect: whoever wrote them expects one, so
 * each is an error.
 */
import type { BuildContext, Path } from '../build/build-context.ts'
import type { VersionDeclaration, VersionPlace } from '../build/build-rates.ts'

export function checkRateEffects(
  given: VersionDeclaration,
  at: VersionPlace,
  context: BuildContext,
): void {
  const report = (path: Path, message: string): void =>
    context.problems.ineffective(at.place, [...at.path, ...path], `${at.id}: ${message}`)
  if (given.model !== undefined) {
    checkBesideModel(given, at, report)
    return
  }
  if (given.record !== undefined) checkBesideRecord(given, report)
  if (given.split && given.bands === undefined) {
    report(['split'], 'there are no bands to split a call over')
  }
  if (given.split && at.measure !== 'voice') {
    report(['split'], `only a call can be split over bands; ${at.measure} has those of its start`)
  }
  if (given.holidays !== undefined && given.bands === undefined) {
    report(['holidays'], 'without bands all days cost the same')
  }
  for (const [index, band] of (given.bands ?? []).entries()) {
    if (given.holidays !== 'ignored' || !band.days.includes('holiday')) continue
    const path = ['bands', index, 'days', band.days.indexOf('holiday')]
    report(path, 'never holds: "holidays: ignored" treats them as their weekday')
  }
  if (given.steps !== undefined) checkFees(given, report)
}

type Report = (path: Path, message: string) => void

const NOT_BESIDE_MODEL = [
  'connectFee',
  'steps',
  'minimum',
  'maximum',
  'bands',
  'deck',
  'record',
] as const
const NOT_BESIDE_RECORD = ['connectFee', 'steps', 'minimum', 'maximum', 'bands', 'deck'] as const
const NOT_TRUE_BESIDE_MODEL = ['chargeZero', 'connectFeeAlways', 'split'] as const

/** A model is the whole price of what is out of bundle. */
function checkBesideModel(given: VersionDeclaration, at: VersionPlace, report: Report): void {
  const fields = [
    ...[...NOT_BESIDE_MODEL, 'information' as const, 'holidays' as const].filter(
      (field) => given[field] !== undefined,
    ),
    ...NOT_TRUE_BESIDE_MODEL.filter((field) => given[field]),
  ]
  for (const field of fields) {
    report([field], `"${field}" has no effect beside a model, which is the whole price`)
  }
  const { model } = given
  if (model?.type === 'percentage' && at.measure !== 'event') {
    const message = `a percentage is of an amount of money, "for: event"; this is for ${at.measure}`
    report(['model', 'type'], message)
  }
}

/** The supplier's amount is the price; bounds of it stand in `record`. */
function checkBesideRecord(given: VersionDeclaration, report: Report): void {
  const fields = [
    ...[...NOT_BESIDE_RECORD, 'information' as const].filter((field) => given[field] !== undefined),
    ...NOT_TRUE_BESIDE_MODEL.filter((field) => given[field]),
  ]
  for (const field of fields) {
    report(
      [field],
      `"${field}" has no effect beside "record": the amount in the record is the price`,
    )
  }
}

function checkFees(given: VersionDeclaration, report: Report): void {
  const { bands = [], information } = given
  const hasFee = [given, ...bands].some(({ connectFee }) => isPositive(connectFee))
  if (given.connectFeeAlways && !hasFee) {
    report(['connectFeeAlways'], 'there is no connect fee to charge')
  }
  const informationOfZero = [information?.connectFee, information?.minimum]
  const ofZero = [given.minimum, ...informationOfZero]
  if (given.chargeZero && !hasFee && !ofZero.some(isPositive)) {
    report(['chargeZero'], 'without a connect fee or a minimum a quantity of 0 costs nothing')
  }
  const hasInformation = (information?.steps ?? []).length > 0 || information?.deck !== undefined
  if (information !== undefined && !hasInformation && !informationOfZero.some(isPositive)) {
    report(['information'], 'the information part has neither steps nor a fee')
  }
}

function isPositive(amount: string | undefined): boolean {
  return amount !== undefined && /[1-9]/.test(amount)
}
