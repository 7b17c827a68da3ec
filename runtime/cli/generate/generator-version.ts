/** Stands in the header of generated files; the same as the package's. */
export const GENERATOR_VERSION = '0.1.0';
