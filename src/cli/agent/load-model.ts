import type { LanguageModel } from "ai-six";
import type { ModelChoice } from "./model-choice.ts";

/** A model that can be asked. */
export interface LoadedModel {
  readonly model: LanguageModel;
  /** `provider/model`, for people. */
  readonly label: string;
  readonly choice: ModelChoice;
  /** Whether images in the result of a tool reach the model. */
  readonly seesImages: boolean;
}

/** Loads what speaks to the provider of a model; nothing is sent yet. */
export async function loadModel(choice: ModelChoice): Promise<LoadedModel> {
  const { provider, modelId } = choice;
  const label = `${provider}/${modelId}`;
  switch (provider) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return { model: createAnthropic(access(choice))(modelId), label, choice, seesImages: true };
    }
    case "google": {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return { model: createGoogleGenerativeAI(access(choice))(modelId), label, choice, seesImages: true };
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      const openai = createOpenAI(access(choice));
      // Servers other than OpenAI's own rarely know more than chat completions.
      const isOwn = choice.baseUrl === undefined || new URL(choice.baseUrl).hostname === "api.openai.com";
      return { model: isOwn ? openai(modelId) : openai.chat(modelId), label, choice, seesImages: isOwn };
    }
    case "compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const { baseURL = "", apiKey } = access(choice);
      const compatible = createOpenAICompatible({
        name: "compatible",
        baseURL,
        includeUsage: true,
        ...(apiKey === undefined ? {} : { apiKey }),
      });
      return { model: compatible(modelId), label, choice, seesImages: false };
    }
  }
}

function access({ apiKey, baseUrl }: ModelChoice): { apiKey?: string; baseURL?: string } {
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl.replace(/\/+$/, "") }),
  };
}
