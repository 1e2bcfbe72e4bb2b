/** One line of `doctor`. */
export type Finding = { readonly well: boolean; readonly text: string }
