import type { ReducerPlan } from '@tickbase/schema/plan';
import { generatedHeader } from '../generated-header.ts';
import { FileImports } from './file-imports.ts';
import { camelCase, pascalCase, propertyName, quote } from './spelling.ts';
import { CLIENT, typeLiteral, type TypePlace, valueType } from './type-texts.ts';

/** `<reducer>_reducer.ts`: what the client must know of a reducer, and the type of its arguments. */
export function reducerFile(reducer: ReducerPlan, typesFile: string): string {
  const imports = new FileImports();
  const place: TypePlace = { imports, typesFile };
  const args = argsType(reducer);
  const fields = reducer.params.map((param) => `  ${propertyName(param.accessor)}: ${valueType(param.type, place)};\n`);
  const params = reducer.params.map((param) => {
    const type = typeLiteral(param.type, place);
    return `    { name: ${quote(param.name)}, accessor: ${quote(param.accessor)}, type: ${type} },\n`;
  });
  const type =
    fields.length === 0
      ? `export type ${args} = Record<string, never>;\n`
      : `export interface ${args} {\n${fields.join('')}}\n`;
  const definition = [
    `export const ${reducerConstant(reducer)}: ${imports.type(CLIENT, 'ReducerDefinition')}<${args}> = {`,
    `  name: ${quote(reducer.name)},`,
    `  accessor: ${quote(reducerAccessor(reducer))},`,
    params.length === 0 ? '  params: [],' : `  params: [\n${params.join('')}  ],`,
    '};\n',
  ].join('\n');
  return `${generatedHeader('')}\n${imports.text()}\n/** The arguments of \`${reducerAccessor(reducer)}\`. */\n${type}\n${definition}`;
}

export function reducerConstant(reducer: ReducerPlan): string {
  return `${reducerAccessor(reducer)}Reducer`;
}

export function argsType(reducer: ReducerPlan): string {
  return `${pascalCase(reducer.accessor)}Params`;
}

/** Functions are in camel case here, whatever the module's spelling. */
export function reducerAccessor(reducer: ReducerPlan): string {
  return camelCase(reducer.accessor);
}
