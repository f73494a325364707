/** Everything the command line can ask, the API can: docs/api.md says where, or why not. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { JOB_KINDS } from '../src/api/jobs/job-kinds.ts'
import { ROUTES } from '../src/api/v1/routes.ts'
import { createProgram } from '../src/cli/program.ts'

const rows = readFileSync('docs/api.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, command, where] = /^\| `([a-z -]+)` +\| (.+) \|$/.exec(line) ?? []
    return command === undefined || where === undefined ? [] : [{ command, where }]
  })
  .filter(({ where }) => /^(?:none: |job `|`[A-Z])/.test(where))

const routes = new Set(ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`))
const kinds = new Set(JOB_KINDS.map(({ kind }) => kind))

function commandsOf(command: Command, path: string): string[] {
  if (command.commands.length === 0) return [path]
  return command.commands.flatMap((each) => commandsOf(each, `${path} ${each.name()}`.trim()))
}

test('every command has a row, and every row a command', async () => {
  expect(rows.map(({ command }) => command)).toEqual(commandsOf(await createProgram(), ''))
})

test.each(rows)('tik $command: $where', ({ where }) => {
  const named = [...where.matchAll(/`([A-Z]+ \/[^`]*)`/g)].map(([, route]) => route ?? '')
  const jobs = [...where.matchAll(/job `([^`]+)`/g)].map(([, kind]) => kind ?? '')
  expect(named.filter((route) => !routes.has(route))).toEqual([])
  expect(jobs.filter((kind) => !kinds.has(kind))).toEqual([])
  if (named.length + jobs.length === 0) expect(where).toMatch(/^none: .{15,}/)
})

test('every kind of job is told of there', () => {
  const text = readFileSync('docs/api.md', 'utf8')
  expect([...kinds].filter((kind) => !text.includes(`\`${kind}\``))).toEqual([])
})
