/**
 * Country calling codes: which exist, and which one belongs to a visited network. National digits in
 * a roaming record are meaningless without the country in which they were dialled.
 *
 * Source: ITU-T E.164 assigned codes and E.212 mobile country codes. Codes that were withdrawn or
 * never assigned (384, 388, 671, 684, 969, 978) are absent, so a number in them is refused.
 */

/** 'calling code: MCC MCC …', one country or shared numbering area an entry. */
const NETWORKS_BY_CALLING_CODE = [
  '1: 302 310 311 312 313 314 315 316 330 332 338 342 344 346 348 350 352 354 356 358 360',
  '1: 364 365 366 370 374 376 544',
  '7: 250 401',
  '20: 602; 27: 655; 30: 202; 31: 204; 32: 206; 33: 208; 34: 214; 36: 216; 39: 222 225; 40: 226',
  '41: 228; 43: 232; 44: 234 235; 45: 238; 46: 240; 47: 242; 48: 260; 49: 262',
  '51: 716; 52: 334; 53: 368; 54: 722; 55: 724; 56: 730; 57: 732; 58: 734',
  '60: 502; 61: 505; 62: 510; 63: 515; 64: 530; 65: 525; 66: 520',
  '81: 440 441; 82: 450; 84: 452; 86: 460 461; 90: 286; 91: 404 405 406; 92: 410; 93: 412',
  '94: 413; 95: 414; 98: 432',
  '211: 659; 212: 604; 213: 603; 216: 605; 218: 606; 220: 607; 221: 608; 222: 609; 223: 610',
  '224: 611; 225: 612; 226: 613; 227: 614; 228: 615; 229: 616; 230: 617; 231: 618; 232: 619',
  '233: 620; 234: 621; 235: 622; 236: 623; 237: 624; 238: 625; 239: 626; 240: 627; 241: 628',
  '242: 629; 243: 630; 244: 631; 245: 632; 248: 633; 249: 634; 250: 635; 251: 636; 252: 637',
  '253: 638; 254: 639; 255: 640; 256: 641; 257: 642; 258: 643; 260: 645; 261: 646; 262: 647',
  '263: 648; 264: 649; 265: 650; 266: 651; 267: 652; 268: 653; 269: 654; 290: 658; 291: 657',
  '297: 363; 298: 288; 299: 290; 350: 266; 351: 268; 352: 270; 353: 272; 354: 274; 355: 276',
  '356: 278; 357: 280; 358: 244; 359: 284; 370: 246; 371: 247; 372: 248; 373: 259; 374: 283',
  '375: 257; 376: 213; 377: 212; 378: 292; 380: 255; 381: 220; 382: 297; 383: 221; 385: 219',
  '386: 293; 387: 218; 389: 294; 420: 230; 421: 231; 423: 295; 500: 750; 501: 702; 502: 704',
  '503: 706; 504: 708; 505: 710; 506: 712; 507: 714; 508: 308; 509: 372; 591: 736',
  '592: 738; 593: 740; 594: 742; 595: 744; 597: 746; 598: 748; 670: 514',
  '673: 528; 674: 536; 675: 537; 676: 539; 677: 540; 678: 541; 679: 542; 680: 552; 681: 543',
  '682: 548; 683: 555; 685: 549; 686: 545; 687: 546; 688: 553; 689: 547; 690: 554; 691: 550',
  '692: 551; 850: 467; 852: 454; 853: 455; 855: 456; 856: 457; 880: 470; 886: 466; 960: 472',
  '961: 415; 962: 416; 963: 417; 964: 418; 965: 419; 966: 420; 967: 421; 968: 422',
  '971: 424 430 431; 972: 425; 973: 426; 974: 427; 975: 402; 976: 428; 977: 429; 992: 436',
  '993: 438; 994: 400; 995: 282; 996: 437; 998: 434',
]

/** Assigned codes without networks of their own: satellites, shared services, small territories. */
const OTHER_CALLING_CODES = ['246 247 379 590 596 599 672 800 808 870 878 881 882 883 888 970 979']

/**
 * Country codes of networks that several numbering plans share, by what tells them apart: the network
 * ('425-05'), or how a national number begins ('340/696').
 */
const SHARED_NETWORKS = [
  '590: 340/590 340/690 340/691; 594: 340/594 340/694; 596: 340/596 340/696 340/697',
  '599: 362-31 362-33 362-54 362-59 362-60 362-63 362-68 362-69 362-74 362-76 362-78 362-91',
  '599: 362-94 362-95; 1: 362-51; 970: 425-05 425-06; 672: 505-10; 246: 995-01',
]

const callingCodeByMcc = new Map<string, string>()
const callingCodeByShared = new Map<string, string>()
const assigned = new Uint8Array(1000)

for (const entry of NETWORKS_BY_CALLING_CODE.join('; ').split('; ')) {
  const [code = '', networks = ''] = entry.split(': ')
  assigned[Number.parseInt(code, 10)] = 1
  for (const mcc of networks.split(' ')) callingCodeByMcc.set(mcc, code)
}
for (const code of OTHER_CALLING_CODES.join(' ').split(' ')) assigned[Number.parseInt(code, 10)] = 1
for (const entry of SHARED_NETWORKS.join('; ').split('; ')) {
  const [code = '', marks = ''] = entry.split(': ')
  for (const mark of marks.split(' ')) callingCodeByShared.set(mark, code)
}

/**
 * Calling code of the country of a network 'MCC-MNC', where national digits, a trunk zero perhaps
 * before them, were dialled; undefined at sea, in the air, where it is not known or cannot be told.
 */
export function callingCodeOfNetwork(network: string, national: string): string | undefined {
  const mcc = network.slice(0, 3)
  const from = national.startsWith('0') ? 1 : 0
  return (
    callingCodeByShared.get(network) ??
    callingCodeByMcc.get(mcc) ??
    callingCodeByShared.get(`${mcc}/${national.slice(from, from + 3)}`)
  )
}

/**
 * The assigned calling code (1-999) that the digits of `text` from `from` on begin with; 0 when there
 * is none. Codes are prefix free, so the first that fits is the only one.
 */
export function callingCodeAt(text: string, from: number): number {
  let code = 0
  for (let length = 1; length <= 3; length++) {
    const digit = text.charCodeAt(from + length - 1) - 48
    if (!(digit >= 0 && digit <= 9) || (length === 1 && digit === 0)) return 0
    code = code * 10 + digit
    if (assigned[code] === 1) return code
  }
  return 0
}
