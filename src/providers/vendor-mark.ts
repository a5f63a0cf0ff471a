/** A mark in SVG, as paths in the order in which they are drawn. */
export interface VendorMark {
  readonly viewBox: string;
  readonly paths: readonly { readonly d: string; readonly fill: string }[];
}
