/** The price decks of a catalogue: its `.prices.csv` files by the deck that their names begin with. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { BuildContext } from './build-context.ts'
import { compileTable, createRowLists } from '../decks/compile-table.ts'
import { keepCompiledDeck, readCompiledDeck, type DeckContent } from '../decks/deck-cache.ts'
import type { PriceDeck } from '../decks/price-deck.ts'
import { readDeckFile } from '../decks/read-deck-file.ts'
import { createTextCollection, textsCount } from '../decks/text-table.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayFromIso, dayStartMs } from '../../core/time/period.ts'
import { linePlace, type Place, type ProblemList } from '../read/catalogue-problem.ts'
import { catalogueText } from '../read/catalogue-text.ts'
import type { DeckFile } from '../read/read-catalogue-folder.ts'

/** So many decks may lie over one another. */
const LAYERS_MAX = 8

export function buildPriceDecks(
  context: BuildContext,
  {
    timeZone,
    cacheFolder,
  }: { readonly timeZone: string; readonly cacheFolder: string | undefined },
): Map<string, PriceDeck> {
  const { folder, problems } = context
  const declared = new Map(folder.priceDecks.map((declaration) => [declaration.id, declaration]))
  const filesById = Map.groupBy(folder.deckFiles, (file) => file.deckId)
  const decks = new Map<string, PriceDeck>()
  let termsBase = 0

  /** `above` are the decks that lie over it. */
  function deckOf(deckId: string, above: readonly string[]): PriceDeck | undefined {
    const known = decks.get(deckId)
    if (known !== undefined) return known
    const declaration = declared.get(deckId)
    const files = filesById.get(deckId) ?? []
    const place = declaration?.place ?? linePlace(files[0]?.name ?? 'catalogue.yaml', 1)
    if (files.length === 0 && declaration !== undefined) {
      problems.error(place, [], `${deckId}: there is no file ${deckId}.prices.csv`)
    }
    const given = declaration?.given ?? {}
    const zone = given.timeZone ?? timeZone
    const compiled = compiledDeck(files, zone, cacheFolder)
    reportAll(compiled, problems)
    const deck: PriceDeck = {
      deckId,
      timeZone: zone,
      currency: given.currency ?? 'EUR',
      purpose: given.purpose ?? 'retail',
      over: given.over === undefined ? undefined : below(given.over, [...above, deckId], place),
      files: files.map(({ name }) => name),
      names: new Map(Object.entries(given.names ?? {})),
      table: compiled.table,
      termsBase,
    }
    termsBase += textsCount(compiled.table.termsTexts)
    checkDeck(deck, place, problems)
    decks.set(deckId, deck)
    return deck
  }

  function below(deckId: string, above: readonly string[], place: Place): PriceDeck | undefined {
    const own = above.at(-1)
    if (above.includes(deckId)) {
      problems.error(
        place,
        ['over'],
        `${own}: lies over itself, ${[...above, deckId].join(' over ')}`,
      )
      return undefined
    }
    if (above.length >= LAYERS_MAX) {
      problems.error(place, ['over'], `${own}: at most ${LAYERS_MAX} decks lie over one another`)
      return undefined
    }
    if (!filesById.has(deckId) && !declared.has(deckId)) {
      problems.error(place, ['over'], `${own}: there is no deck "${deckId}" to lie over`)
      return undefined
    }
    return deckOf(deckId, above)
  }

  for (const deckId of new Set([...filesById.keys(), ...declared.keys()])) deckOf(deckId, [])
  return decks
}

function checkDeck(deck: PriceDeck, place: Place, problems: ProblemList): void {
  const { deckId, over, currency, purpose } = deck
  if (purpose === 'retail' && currency !== 'EUR') {
    const message = `${deckId}: prices for customers are in EUR; only a deck of costs has ${currency}`
    problems.error(place, ['currency'], message)
  }
  if (over === undefined) return
  if (over.currency !== currency || over.purpose !== purpose) {
    const message = `${deckId}: is of another currency or purpose than ${over.deckId} below it`
    problems.error(place, ['over'], message)
  }
}

function reportAll({ problems: found }: DeckContent, problems: ProblemList): void {
  for (const { severity, file, line, message } of found) {
    const place = linePlace(file, line)
    if (severity === 'error') problems.error(place, [], message)
    else problems.warn(place, [], message)
  }
}

/** As it was compiled before, or anew. What has errors is not kept. */
function compiledDeck(
  files: readonly DeckFile[],
  timeZone: string,
  cacheFolder: string | undefined,
): DeckContent {
  const hash = createHash('sha256').update(timeZone)
  for (const { name, digest } of files) hash.update(`\0${name}\0${digest}`)
  const key = hash.digest('hex')
  const known = cacheFolder === undefined ? undefined : readCompiledDeck(cacheFolder, key)
  if (known !== undefined) return known
  const compiled = compileFiles(files, timeZone)
  const isSound = !compiled.problems.some(({ severity }) => severity === 'error')
  if (cacheFolder !== undefined && isSound && files.length > 0) {
    keepCompiledDeck(cacheFolder, key, compiled)
  }
  return compiled
}

function compileFiles(files: readonly DeckFile[], timeZone: string): DeckContent {
  const rows = createRowLists()
  const terms = createTextCollection()
  const destinations = createTextCollection()
  const into = {
    rows,
    terms,
    destinations,
    dayStartMs: (date: string) => dateStartMs(date, timeZone),
  }
  const problems = files.flatMap((file, number) => {
    const { text, problems: ofText } = catalogueText(file.name, bytesOf(file))
    return [...ofText, ...readDeckFile({ file: file.name, number, text }, into)]
  })
  const texts = { termsTexts: terms.table(), destinations: destinations.table() }
  const names = files.map(({ name }) => name)
  const compiled = compileTable(rows, texts, names)
  return { table: compiled.table, problems: [...problems, ...compiled.problems] }
}

/** The file was read before for its hash: it must be the same still. */
function bytesOf({ name, path, digest }: DeckFile): Buffer {
  const bytes = readFileSync(path)
  if (createHash('sha256').update(bytes).digest('hex') === digest) return bytes
  throw new TikError('catalogue_invalid', `${name} was changed while the catalogue was read`, {
    hint: 'Try again when whatever writes it is done.',
  })
}

function dateStartMs(date: string, timeZone: string): number | undefined {
  try {
    return dayStartMs(dayFromIso(date), timeZone)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
