import { type Behaviour, number, recordOf, require, type ServiceState, text } from "./simulated-state.ts";

const TANK = 50;
/** Zip codes of the cities of the service. */
const CITIES: Readonly<Record<string, string>> = {
  Rivermist: "83214",
  Stonebrook: "74532",
  Maplecrest: "56108",
  Silverpine: "62947",
  Shadowridge: "71354",
  "Sunset Valley": "49867",
  Oakendale: "47329",
  Willowbend: "63058",
  "Crescent Hollow": "69238",
  Autumnville: "51479",
  "San Francisco": "94016",
};
const DISTANCES: Readonly<Record<string, number>> = {
  "83214-94016": 980,
  "74532-83214": 750,
  "51479-69238": 630,
  "62947-94016": 780,
  "74532-94016": 880,
  "47329-62947": 850,
};

function doors(state: ServiceState): Record<string, string> {
  return recordOf<string>(state, "doorStatus");
}

function lock(state: ServiceState, { unlock, door }: Readonly<Record<string, unknown>>): unknown {
  for (const each of door as string[]) doors(state)[each] = unlock === true ? "unlocked" : "locked";
  const open = Object.values(doors(state)).filter((status) => status === "unlocked").length;
  return { lockStatus: unlock === true ? "unlocked" : "locked", remainingUnlockedDoors: open };
}

function start(state: ServiceState, { ignitionMode }: Readonly<Record<string, unknown>>): unknown {
  if (ignitionMode === "START") {
    require(Object.values(doors(state)).every((status) => status === "locked")
      ? true
      : undefined, "All doors must be locked before starting the engine.");
    require(Number(state["brakePedalForce"] ?? 0) >= 1_000
      ? true
      : undefined, "Brake pedal needs to be pressed when starting the engine.");
    require(Number(state["fuelLevel"]) > 0 ? true : undefined, "Fuel tank is empty.");
    state["engineState"] = "running";
  } else {
    state["engineState"] = "stopped";
  }
  return { engineState: state["engineState"], fuelLevel: state["fuelLevel"], batteryVoltage: state["batteryVoltage"] };
}

function press(state: ServiceState, position: number): unknown {
  require(position >= 0 && position <= 1 ? true : undefined, "Pedal position must be between 0 and 1.");
  Object.assign(state, { brakePedalStatus: position > 0 ? "pressed" : "released", brakePedalForce: position * 1_000 });
  return { brakePedalStatus: state["brakePedalStatus"], brakePedalForce: state["brakePedalForce"] };
}

const TIRES = ["frontLeftTirePressure", "frontRightTirePressure", "rearLeftTirePressure", "rearRightTirePressure"];

function tires(state: ServiceState): unknown {
  const pressures = TIRES.map((tire) => Number(state[tire]));
  const mean = pressures.reduce((sum, each) => sum + each, 0) / pressures.length;
  return {
    ...Object.fromEntries(TIRES.map((tire) => [tire, state[tire]])),
    healthy_tire_pressure: mean >= 30 && mean <= 35,
  };
}

function show(state: ServiceState, option: string): unknown {
  const parts: Record<string, readonly string[]> = {
    fuel: ["fuelLevel"],
    battery: ["batteryVoltage"],
    doors: ["doorStatus"],
    climate: ["acTemperature", "fanSpeed", "acMode", "humidityLevel"],
    headlights: ["headLightStatus"],
    parkingBrake: ["parkingBrakeStatus", "parkingBrakeForce", "slopeAngle"],
    brakePedal: ["brakePedalStatus", "brakePedalForce"],
    engine: ["engineState", "fuelLevel", "batteryVoltage"],
  };
  require(parts[option], `Invalid option: ${option}`);
  return Object.fromEntries((parts[option] ?? []).map((name) => [name, state[name] ?? null]));
}

/** Tools of a car. */
export const VEHICLE_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  lockDoors: lock,
  startEngine: start,
  fillFuelTank: (state, { fuelAmount }) => {
    const level = Number(state["fuelLevel"]) + number(fuelAmount);
    require(number(fuelAmount) >= 0 && level <= TANK ? true : undefined, "Cannot fill gas above the tank capacity.");
    state["fuelLevel"] = level;
    return { fuelLevel: level };
  },
  pressBrakePedal: (state, { pedalPosition }) => press(state, number(pedalPosition)),
  releaseBrakePedal: (state) => press(state, 0),
  activateParkingBrake: (state, { mode }) => {
    const engaged = mode === "engage";
    Object.assign(state, {
      parkingBrakeStatus: engaged ? "engaged" : "released",
      parkingBrakeForce: engaged ? 500 : 0,
      slopeAngle: engaged ? 10 : state["slopeAngle"],
    });
    return {
      parkingBrakeStatus: state["parkingBrakeStatus"],
      _parkingBrakeForce: state["parkingBrakeForce"],
      _slopeAngle: state["slopeAngle"],
    };
  },
  setHeadlights: (state, { mode }) => {
    state["headLightStatus"] = mode === "auto" ? "on" : mode;
    return { headlightStatus: state["headLightStatus"] };
  },
  setCruiseControl: (state, { speed, activate, distanceToNextVehicle }) => {
    require(state["engineState"] === "running"
      ? true
      : undefined, "Start the engine before activating the cruise control.");
    Object.assign(state, {
      cruiseStatus: activate === true ? "active" : "inactive",
      cruiseSpeed: speed,
      distanceToNextVehicle,
    });
    return { cruiseStatus: state["cruiseStatus"], currentSpeed: speed, distanceToNextVehicle };
  },
  adjustClimateControl: (state, { temperature, unit = "celsius", fanSpeed = 50, mode = "auto" }) => {
    const celsius = unit === "fahrenheit" ? ((number(temperature) - 32) * 5) / 9 : number(temperature);
    Object.assign(state, { acTemperature: celsius, fanSpeed, acMode: mode });
    return { currentTemperature: celsius, climateMode: mode, humidityLevel: state["humidityLevel"] };
  },
  set_navigation: (state, { destination }) => {
    state["destination"] = destination;
    return { status: `Navigating to ${text(destination)}` };
  },
  check_tire_pressure: tires,
  find_nearest_tire_shop: () => ({ shopLocation: "456 Oakwood Avenue, Rivermist, 83214" }),
  displayCarStatus: (state, { option }) => show(state, text(option)),
  display_log: (_state, { messages }) => ({ log: messages }),
  get_current_speed: (state) => ({ currentSpeed: state["cruiseSpeed"] ?? 0 }),
  get_zipcode_based_on_city: (_state, { city }) => ({ zipcode: CITIES[text(city)] ?? "00000" }),
  estimate_distance: (_state, { cityA, cityB }) => {
    const distance = DISTANCES[[text(cityA), text(cityB)].toSorted().join("-")];
    require(distance, "distance not found in database.");
    return { distance };
  },
  estimate_drive_feasibility_by_mileage: (state, { distance }) => ({
    canDrive: Number(state["fuelLevel"]) * 20 >= number(distance),
  }),
  gallon_to_liter: (_state, { gallon }) => ({ liter: number(gallon) * 3.785_41 }),
  liter_to_gallon: (_state, { liter }) => ({ gallon: number(liter) * 0.264_172 }),
  get_outside_temperature_from_google: () => ({ outsideTemperature: 22 }),
  get_outside_temperature_from_weather_com: () => ({ outsideTemperature: 22 }),
};
