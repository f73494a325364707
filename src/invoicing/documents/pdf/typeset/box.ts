/** A measured piece of a page, and what it is measured with. */
import assert from 'node:assert/strict'
import type { PageDrawing, PlacedImage } from './page-drawing.ts'
import type { TextStyle } from './text-style.ts'

export interface Box {
  readonly height: number
  draw(page: PageDrawing, x: number, y: number): void
}

/** What content is measured with. */
export interface Setting {
  readonly style: TextStyle
  readonly width: number
  readonly images: ReadonlyMap<string, PlacedImage>
}

/** Boxes below each other, as one. */
export function below(boxes: readonly Box[]): Box {
  return {
    height: boxes.reduce((sum, { height }) => sum + height, 0),
    draw(page, x, y) {
      let top = y
      for (const box of boxes) {
        box.draw(page, x, top)
        top += box.height
      }
    },
  }
}

/** What those of a fixed width leave goes to the others in equal parts. */
export function shareWidth(widths: readonly unknown[], whole: number): number[] {
  const fixed = widths.filter((width) => typeof width === 'number')
  const left = whole - fixed.reduce((sum, width) => sum + width, 0)
  const share = left / Math.max(1, widths.length - fixed.length)
  return widths.map((width) => {
    assert(typeof width === 'number' || width === '*')
    return width === '*' ? share : width
  })
}
