/**
 * Sets a paper as PDF: what pdfmake does with the same definition, for the few kinds of content that our papers
 * have, in a quarter of the time (docs/decisions/0480). pdfkit writes the file under both.
 */
import assert from 'node:assert/strict'
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { Setting } from './box.ts'
import { boxOf } from './boxes.ts'
import { createDocumentFonts, type DocumentFonts } from './embedded-fonts.ts'
import { flow } from './flow.ts'
import { createPageDrawing, type PageDrawing, type PlacedImage } from './page-drawing.ts'
import { newPdfFile, type PdfFile, type PdfImage, type PdfObject } from './pdf-file-parts.ts'
import { lineHeightOf, textLines } from './text-lines.ts'
import { styleOf } from './text-style.ts'

/** The same bytes for the same definition. Throws what a broken invariant is: the definition is ours. */
export async function typesetDocument(definition: TDocumentDefinitions): Promise<Uint8Array> {
  const file = newFile(definition)
  const images = openImages(file, definition)
  const fonts = createDocumentFonts(file)
  const size = pageSizeOf(definition)
  const [left, top, right, bottom] = marginsOf(definition)
  const setting: Setting = {
    style: styleOf(definition.defaultStyle ?? {}),
    width: size.width - left - right,
    images,
  }
  const pages: PageDrawing[] = []
  const newPage = (): PageDrawing => {
    const page = createPageDrawing(fonts)
    pages.push(page)
    return page
  }
  const area = { left, top, bottom: size.height - bottom, newPage }
  flow(definition.content, area, setting)
  pages.forEach((page, index) => {
    const beside = { ...setting, width: size.width }
    const context = { index, count: pages.length, size }
    drawBeside(definition.header, context, beside)?.draw(page, 0, 0)
    drawBeside(definition.footer, context, beside)?.draw(page, 0, size.height - bottom)
  })
  const states = drawWatermark(file, definition, pages, { setting, size })
  writePages(file, pages, { size, fonts, images, states })
  fonts.end()
  file.end()
  return Buffer.concat(await Array.fromAsync(file)) // Some images are compressed meanwhile.
}

interface Size {
  readonly width: number
  readonly height: number
}

function newFile(definition: TDocumentDefinitions): PdfFile {
  const { version, subset, language, displayTitle, info = {} } = definition
  return newPdfFile({
    pdfVersion: version,
    subset,
    displayTitle,
    lang: language,
    autoFirstPage: false,
    font: null,
    info: Object.fromEntries(
      Object.entries(info).map(([key, value]) => [
        key.charAt(0).toUpperCase() + key.slice(1),
        value,
      ]),
    ),
  })
}

function pageSizeOf({ pageSize }: TDocumentDefinitions): Size {
  assert(typeof pageSize === 'object' && typeof pageSize.height === 'number')
  return { width: pageSize.width, height: pageSize.height }
}

function marginsOf({ pageMargins }: TDocumentDefinitions): [number, number, number, number] {
  assert(Array.isArray(pageMargins) && pageMargins.length === 4)
  return pageMargins
}

type OpenedImage = PlacedImage & Pick<PdfImage, 'obj'>

/** Data URLs by name, each once in the file. */
function openImages(
  file: PdfFile,
  { images = {} }: TDocumentDefinitions,
): Map<string, OpenedImage> {
  return new Map(
    Object.entries(images).map(([name, source]) => {
      assert(typeof source === 'string')
      const [, base64 = ''] = source.split('base64,')
      const image = file.openImage(Buffer.from(base64, 'base64'))
      image.embed(file)
      return [name, image]
    }),
  )
}

function drawBeside(
  given: TDocumentDefinitions['header'],
  { index, count, size }: { index: number; count: number; size: Size },
  setting: Setting,
) {
  assert(typeof given === 'function')
  const content: Content | null | undefined = given(index + 1, count, {
    ...size,
    orientation: 'portrait',
  })
  return content === null || content === undefined ? undefined : boxOf(content, setting)
}

const WATERMARK_STATE = 'Gs1'

/** Across each page, as large as there is room for. Returns the states of graphics that the pages need for it. */
function drawWatermark(
  file: PdfFile,
  { watermark }: TDocumentDefinitions,
  pages: readonly PageDrawing[],
  { setting, size }: { setting: Setting; size: Size },
): Readonly<Record<string, PdfObject>> {
  if (watermark === undefined) return {}
  assert(typeof watermark === 'object' && typeof watermark.color === 'string')
  const { text, color, opacity = 1, bold = false } = watermark
  const radians = -Math.atan2(size.height, size.width)
  const style = { ...setting.style, color, bold, fontSize: 1 }
  const [one] = textLines(text, style, Infinity)
  assert(one !== undefined)
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))]
  const height = lineHeightOf(style)
  const fontSize = Math.min(
    size.width / (one.width * cos + height * sin),
    size.height / (one.width * sin + height * cos),
  )
  const state = file.ref({ Type: 'ExtGState', ca: opacity })
  state.end()
  const center = { x: size.width / 2, y: size.height / 2 }
  const large = { ...style, fontSize: Math.floor(fontSize) }
  for (const page of pages) {
    const [line] = textLines(text, large, Infinity)
    assert(line !== undefined)
    page.watermark(line, large, { center, radians, graphicsState: WATERMARK_STATE })
  }
  return { [WATERMARK_STATE]: state }
}

function writePages(
  file: PdfFile,
  pages: readonly PageDrawing[],
  parts: {
    readonly size: Size
    readonly fonts: DocumentFonts
    readonly images: ReadonlyMap<string, OpenedImage>
    readonly states: Readonly<Record<string, PdfObject>>
  },
): void {
  const { size, fonts, images, states } = parts
  const fontObjects = fonts.objects()
  for (const page of pages) {
    file.addPage({ size: [size.width, size.height], margin: 0 })
    Object.assign(file.page.fonts, fontObjects)
    if (Object.keys(states).length > 0) Object.assign(file.page.ext_gstates, states)
    for (const { label, obj } of images.values()) file.page.xobjects[label] = obj
    file.addContent(page.operators())
  }
}
