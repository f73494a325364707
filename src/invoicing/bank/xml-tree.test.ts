import { expect, test } from 'vitest'
import { elementsAt, readXmlTree, textAt, XML_DEPTH_MAX } from './xml-tree.ts'

test('a tree has local names, the texts of each element together, and no blanks around them', () => {
  const document = '\uFEFF<a:one a:at="1">\n <b> two <![CDATA[& more]]> </b>\n <b/>\n</a:one>'
  expect(readXmlTree('file', document)).toEqual({
    name: 'one',
    attributes: { at: '1' },
    text: '',
    children: [
      { name: 'b', attributes: {}, text: 'two & more', children: [] },
      { name: 'b', attributes: {}, text: '', children: [] },
    ],
  })
})

test('a path leads to every element of that name; the first that has a text gives it', () => {
  const tree = readXmlTree('file', '<r><a><b/></a><a><b>x</b><c>y</c></a></r>')
  expect(elementsAt(tree, 'a/b').map(({ text }) => text)).toEqual(['', 'x'])
  expect(textAt(tree, 'a/b', 'a/c')).toBe('y')
  expect(textAt(tree, 'none')).toBe('')
})

test('what is no XML is refused with its line', () => {
  expect(() => readXmlTree('file', '<r>\n<a></r>')).toThrow(/^file, line 2: /)
  expect(() => readXmlTree('file', '<!DOCTYPE r><r/>')).toThrow('a document type is not allowed')
})

const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)

test('elements within each other end somewhere', () => {
  expect(readXmlTree('file', nested(XML_DEPTH_MAX)).name).toBe('a')
  expect(() => readXmlTree('file', nested(XML_DEPTH_MAX + 1))).toThrow(
    'more than 64 elements within another',
  )
})
