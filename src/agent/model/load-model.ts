import { defined } from "../../base/defined.ts";
import type { ModelChoice } from "./model-choice.ts";
import type { LoadableModel } from "./watch-usage.ts";

/** A model that can be asked. */
export interface LoadedModel {
  readonly model: LoadableModel;
  /** `provider/model`, for people. */
  readonly label: string;
  readonly choice: ModelChoice;
  /** True when images in the result of a tool reach the model. */
  readonly seesImages: boolean;
}

/** Loads what speaks to the provider of a model; nothing is sent yet. */
export async function loadModel(choice: ModelChoice): Promise<LoadedModel> {
  const label = `${choice.provider}/${choice.modelId}`;
  return { label, choice, ...(await LOADERS[choice.provider](choice)) };
}

type ModelLoader = (choice: ModelChoice) => Promise<Pick<LoadedModel, "model" | "seesImages">>;

const LOADERS: Readonly<Record<ModelChoice["provider"], ModelLoader>> = {
  anthropic: async (choice) => {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    return { model: createAnthropic(access(choice))(choice.modelId), seesImages: true };
  },
  google: async (choice) => {
    const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
    return { model: createGoogleGenerativeAI(access(choice))(choice.modelId), seesImages: true };
  },
  openai: async (choice) => {
    const { createOpenAI } = await import("@ai-sdk/openai");
    const openai = createOpenAI(access(choice));
    // Servers other than OpenAI's own rarely know more than chat completions, which take no images from tools.
    const isOwn = choice.baseUrl === undefined || new URL(choice.baseUrl).hostname === "api.openai.com";
    return { model: isOwn ? openai(choice.modelId) : openai.chat(choice.modelId), seesImages: isOwn };
  },
  compatible: async (choice) => {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    const { baseURL = "", apiKey } = access(choice);
    const key = apiKey === undefined ? {} : { apiKey };
    const compatible = createOpenAICompatible({ name: "compatible", baseURL, includeUsage: true, ...key });
    return { model: compatible(choice.modelId), seesImages: false };
  },
};

function access({ apiKey, baseUrl }: ModelChoice): { apiKey?: string; baseURL?: string } {
  return {
    ...defined({ apiKey }),
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl.replace(/\/+$/, "") }),
  };
}
