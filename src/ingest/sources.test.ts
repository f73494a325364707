import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TikError } from '../core/failures/errors.ts'
import { FORMAT_NAMES } from './format.ts'
import { formatAdapter } from './formats/format-registry.ts'
import { defaultSource, loadFolderSources, loadSources, parseSources } from './sources.ts'

describe('a sources file', () => {
  test('needs only an id and a format; the rest follows from them', () => {
    const text = ['sources:', '  - sourceId: pbx', '    format: asterisk'].join('\n')
    expect(parseSources(text, 'sources.yaml')).toEqual([
      { ...defaultSource('asterisk'), sourceId: 'pbx' },
    ])
  })

  test('of a Belgian source reads local times of Brussels', () => {
    const text = 'sources: [{ sourceId: pbx, format: asterisk, homeCountry: BE }]'
    expect(parseSources(text, 'sources.yaml')[0]).toMatchObject({ timeZone: 'Europe/Brussels' })
  })

  test('of a mobile source has no extensions unless it says so', () => {
    const text = 'sources: [{ sourceId: sims, format: usage, product: mobile }]'
    expect(parseSources(text, 'sources.yaml')[0]?.extensionDigits).toEqual({ min: 0, max: 0 })
  })

  test('may name the account whose extensions call', () => {
    const text = 'sources: [{ sourceId: pbx, format: asterisk, account: acme }]'
    expect(parseSources(text, 'sources.yaml')[0]?.account).toBe('acme')
    expect(problemsOf(text.replace('acme', '""'))[0]).toMatch(/sources\.0\.account/)
  })

  test('reports everything that is wrong at once, each with file and line', () => {
    const text = [
      'sources:',
      '  - sourceId: PBX one',
      '    format: asterisk',
      '  - sourceId: sims',
      '    format: morse',
      '    timeZone: Europe/Atlantis',
      '    tadigNetworks: { DEUD1: "26201" }',
      '  - sourceId: more',
      '    format: asterisk',
      '    extensionDigits: { min: 4, max: 3 }',
      '    colour: red',
    ].join('\n')
    const lines = problemsOf(text)
    expect(lines).toHaveLength(6)
    expect(lines[0]).toMatch(/^sources\.yaml:2: sources\.0\.sourceId: /)
    expect(lines).toContainEqual(expect.stringMatching(/^sources\.yaml:5: sources\.1\.format: /))
    expect(lines).toContainEqual(expect.stringMatching(/^sources\.yaml:6: .*IANA time zone/))
    expect(lines).toContainEqual(expect.stringMatching(/^sources\.yaml:7: .*MCC-MNC/))
    expect(lines).toContainEqual(expect.stringMatching(/^sources\.yaml:10: .*min is greater/))
    expect(lines).toContainEqual(expect.stringMatching(/^sources\.yaml:8: .*colour/))
  })

  test('has its options checked when it is read, each mistake with its line', () => {
    const text = [
      'sources:',
      '  - sourceId: ipbx',
      '    format: delimited',
      '    options:',
      '      columns: { start: [date, time], duration: talk, sender: from }',
      '      time:',
      '        formats: DD-MM-YYYY HH:MM',
      '      durationUnit: HHMMSS',
      '  - sourceId: pbx',
      '    format: asterisk',
      '    options:',
      '      timeFormat: YYYY-MM-DD q',
      '  - sourceId: list',
      '    format: delimited',
      '    options:',
      '      columns: { id: id, start: start }',
      '      volumeUnit: MB',
    ].join('\n')
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(
        /^sources\.yaml:7: sources\.0\.options\.time\.formats: .*minutes are mm/,
      ),
      expect.stringMatching(
        /^sources\.yaml:8: sources\.0\.options\.durationUnit: .*"MM" is no part/,
      ),
      expect.stringMatching(/^sources\.yaml:12: sources\.1\.options\.timeFormat: .*"q" is no part/),
      expect.stringMatching(/^sources\.yaml:17: sources\.2\.options\.volumeUnit: without effect/),
    ])
  })

  test('may not give one id to two sources', () => {
    const text = [
      'sources:',
      '  - { sourceId: pbx, format: asterisk }',
      '  - { sourceId: pbx, format: cucm }',
    ].join('\n')
    expect(problemsOf(text)).toEqual([
      'sources.yaml:3: sources.1.sourceId: the sourceId "pbx" is given twice',
    ])
  })

  test('says where files are put, by paths from where it stands itself', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tik-sources-')), 'sources.yaml')
    const lines = [
      'sources:',
      '  - { sourceId: pbx, format: asterisk, folder: { path: in/pbx, quarantine: ../odd } }',
      '  - { sourceId: sims, format: tap3 }',
    ]
    writeFileSync(file, lines.join('\n'))
    expect(loadSources(file)[0]).not.toHaveProperty('folder')
    const path = join(dirname(file), 'in', 'pbx')
    expect(loadFolderSources(file)).toEqual([
      {
        source: { ...defaultSource('asterisk'), sourceId: 'pbx' },
        path,
        done: join(path, 'done'),
        quarantine: join(dirname(file), 'in', 'odd'),
        settleMs: 10_000,
      },
    ])
    const twice = lines.map((line) => line.replace('tap3', 'tap3, folder: { path: in/pbx }'))
    expect(problemsOf(twice.join('\n'))).toEqual([
      'sources.yaml:3: sources.1.folder.path: another source has the folder in/pbx too',
    ])
  })

  test('that is no YAML is shown by line', () => {
    expect(problemsOf('sources:\n  - [')[0]).toMatch(/^sources\.yaml:\d: /)
  })

  test('that does not exist is file_missing', () => {
    expect(() => loadSources('no/such/sources.yaml')).toThrow(
      expect.objectContaining({ code: 'file_missing' }),
    )
  })
})

test.each(FORMAT_NAMES)('%s has a default source', (format) => {
  expect(formatAdapter(format).name).toBe(format)
  expect(defaultSource(format)).toMatchObject({ sourceId: format, format })
})

test.each([
  ['tap3', 'mobile', 0],
  ['radius', 'mobile', 0],
  ['asterisk', 'voip', 5],
] as const)('a source of %s is %s', (format, product, max) => {
  expect(defaultSource(format)).toMatchObject({ product, extensionDigits: { max } })
})

function problemsOf(text: string): string[] {
  try {
    parseSources(text, 'sources.yaml')
  } catch (error) {
    if (error instanceof TikError && error.code === 'mapping_invalid') {
      return error.message.split('\n')
    }
    throw error
  }
  throw new Error('the file was accepted')
}
