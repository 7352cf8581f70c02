// Clerk's OpenAPI documents as JSON Schemas. Their folder is named by `CLERK_OPENAPI_DIR`; nothing of them lies here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";

export const folder = process.env.CLERK_OPENAPI_DIR;

/** OpenAPI 3.0 says `nullable` where JSON Schema names a type. References get the document's name, to be taken out of it. */
function converted(schema, name) {
  if (Array.isArray(schema)) return schema.map((one) => converted(one, name));
  if (typeof schema !== "object" || schema === null) return schema;
  if (typeof schema.$ref === "string") return { $ref: `${name}${schema.$ref}` };
  const { nullable, discriminator, ...rest } = schema;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, converted(value, name)]));
  return nullable === true ? { anyOf: [plain, { type: "null" }] } : plain;
}

/** A document: its operations, what is wrong with an answer to one, and with a value that a schema describes. */
export function read(name) {
  const document = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: name, components: converted(document.components, name) });
  const compiled = new Map();
  const complaints = (schema, value) => {
    if (!compiled.has(schema)) compiled.set(schema, ajv.compile(converted(schema, name)));
    const validate = compiled.get(schema);
    return validate(value) ? [] : validate.errors.map((error) => `${error.instancePath || "/"} ${error.message}`);
  };
  return {
    operations: Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    answer: (operation, status, body) => {
      const [method, path] = operation.split(" ");
      const described = document.paths[path]?.[method.toLowerCase()];
      if (!described) return ["the documents do not have the operation"];
      const response = described.responses[status];
      if (!response) return [`the documents do not have its ${status}`];
      const named = response.$ref ? document.components.responses[response.$ref.split("/").at(-1)] : response;
      const schema = named.content?.["application/json"]?.schema;
      return schema ? complaints(schema, body) : [];
    },
    value: (schema, value) => complaints(document.components.schemas[schema], value),
  };
}
