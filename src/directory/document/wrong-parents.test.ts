import { expect, test } from 'vitest'
import { SMALL_COMPANY } from '../../../test/small-company.ts'
import { buildDirectory } from './build-directory.ts'
import { directoryDocumentSchema } from './directory-schema.ts'

const [company] = SMALL_COMPANY.accounts
const account = (id: string, parent?: string) => ({ ...company, id, parent })

test.each`
  accounts                                                           | problem                          | why
  ${[account('A1'), account('A2', 'A1'), account('A3', 'A2')]}       | ${undefined}                     | ${'one below the other'}
  ${[account('A1', 'A9')]}                                           | ${'there is no account "A9"'}    | ${'a parent that is nowhere'}
  ${[account('A1', 'A1')]}                                           | ${'A1 would stand above itself'} | ${'its own parent'}
  ${[account('A1', 'A3'), account('A2', 'A1'), account('A3', 'A2')]} | ${'A1 would stand above itself'} | ${'a ring'}
`('a parent is an account that stands above: $why', ({ accounts, problem }) => {
  const { partners } = SMALL_COMPANY
  const document = directoryDocumentSchema.parse({ partners, accounts })
  const [first] = buildDirectory(document).problems
  expect(first?.message).toBe(problem)
  if (problem !== undefined) expect(first?.path).toEqual(['accounts', 0, 'parent'])
})

test('a parent can be imported already', () => {
  const { partners } = SMALL_COMPANY
  const known = buildDirectory(
    directoryDocumentSchema.parse({ partners, accounts: [account('A1')] }),
  ).content.directory
  const document = directoryDocumentSchema.parse({ accounts: [account('A2', 'A1')] })
  expect(buildDirectory(document, known).problems).toEqual([])
})
