/** What every command has; each is found by walking the program, so that a new one is asked too. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from './program.ts'

/** Commands without `--json`, with what stands in its place. */
const WITHOUT_JSON: Readonly<Record<string, string>> = {
  'tik demo': 'a tour for a person',
  'tik export': 'a file: --format jsonl',
  'tik bill cdrs': 'a file, as it was sent',
  'tik catalogue show': 'a rule in sentences',
  'tik catalogue sample': 'a path alone',
  'tik blocks answer': 'a word that it is done',
  'tik blocks ask': 'a word that it is asked for',
  'tik questions answer': 'a word that it is done',
  'tik questions close': 'a word that it is done',
  'tik run': 'a log, as JSON lines',
  'tik serve': 'a log, as JSON lines',
  'tik staff add': 'a word that it is done',
  'tik staff invite': 'a link alone',
  'tik staff reset-factor': 'a word that it is done',
  'tik staff rules': 'what holds, in a sentence',
  'tik clients revoke': 'a word that it is done',
  'tik retain hold': 'a sentence with its number',
  'tik retain release': 'a word that it is done',
  'tik retain person export': 'files',
  'tik retain person erase': 'a count in a sentence',
  'tik streams pause': 'a word that it is done',
  'tik streams remove': 'a word that it is done',
  'tik streams replay': 'a word that it is done',
  'tik streams resume': 'a word that it is done',
  'tik streams rotate': 'a secret alone',
  'tik streams send': 'counts in a sentence',
  'tik streams test': 'whether it was taken',
}

function leaves(command: Command, path = command.name()): [string, Command][] {
  return command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((each) => leaves(each, `${path} ${each.name()}`))
}

const PROGRAM = await createProgram()
const COMMANDS = leaves(PROGRAM)

test('where a command has a result it has --json, and the others say what they have instead', () => {
  const without = COMMANDS.filter(([, { options }]) => !options.some(isJson))
  expect(without.map(([path]) => path).sort()).toEqual(Object.keys(WITHOUT_JSON).sort())
})

test('every command says what it does, and takes --dir behind its name', () => {
  expect(COMMANDS.length).toBeGreaterThan(35)
  for (const [path, command] of COMMANDS) {
    expect([path, command.description()]).not.toEqual([path, ''])
    expect([path, command.options.some(({ long }) => long === '--dir')]).toEqual([path, true])
  }
})

const ROOT = join(import.meta.dirname, '../..')
/** Decisions and the changelog tell what was. */
const PAGES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /^([A-Z]+\.md|docs\/[\w-]+\.md|src\/.*README\.md)$/.test(path) ? path !== 'CHANGELOG.md' : false,
)

test.each(PAGES)('%s names commands and options that there are', (page) => {
  expect(mentions(readFileSync(join(ROOT, page), 'utf8')).filter(isWrong)).toEqual([])
})

test('the check reads pages, and sees what is no command and no option', () => {
  expect(PAGES.length).toBeGreaterThan(25)
  const text =
    'see `tik bill list --json`, `tik bill lost` and `tik verify --fast`,\n    tik total\n'
  expect(mentions(text).filter(isWrong)).toEqual(['bill lost', 'verify --fast', 'total'])
})

/** What stands behind `tik` in code, without values: `bill run --preview`. */
function mentions(text: string): string[] {
  const code = text.matchAll(/`tik ([a-z][^`\n]*)`|^ {4,}(?:npx )?tik ([a-z].*)$/gm)
  return [...code].map(([, inline, line]) => (inline ?? line ?? '').split(/ {2,}|[|>#;]/)[0] ?? '')
}

function isWrong(mention: string): boolean {
  let command: Command | undefined = PROGRAM
  for (const word of mention.trim().split(/\s+/)) {
    const option = /^--[a-z-]+/.exec(word)?.[0]
    if (option !== undefined) {
      const known = [...command.options, ...PROGRAM.options].map(({ long }) => long)
      if (option !== '--help' && !known.includes(option)) return true
    } else if (command.commands.length > 0) {
      const next: Command | undefined = command.commands.find((each) => each.name() === word)
      if (next === undefined) return true
      command = next
    }
  }
  return false
}

function isJson({ long }: { long?: string | undefined }): boolean {
  return long === '--json'
}

test('a word loads its own command alone, the same as among all; --dir may stand before it', async () => {
  for (const { name } of PROGRAM.commands.map((command) => ({ name: command.name() }))) {
    for (const words of [[name], ['--dir', 'verify', name], ['--dir=x', name, 'totals']]) {
      const { commands } = await createProgram(words)
      expect([words, commands.map((command) => command.name())]).toEqual([words, [name]])
    }
  }
  for (const words of [[], ['--help'], ['nonsense'], ['--dir', 'totals']]) {
    expect((await createProgram(words)).commands).toHaveLength(PROGRAM.commands.length)
  }
})
