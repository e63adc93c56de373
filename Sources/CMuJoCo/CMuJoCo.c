#include "CMuJoCo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_message(char *message, const char *text) {
  snprintf(message, coppice_mujoco_message_size, "%s", text);
  message[strcspn(message, "\r\n")] = 0;
}

#if defined(__has_include) && __has_include(<mujoco/mujoco.h>)

#include <dlfcn.h>
#include <mujoco/mujoco.h>
#include <setjmp.h>

// ---- the functions of the library

typedef struct {
  int (*mj_version)(void);
  mjfLogHandler (*mju_setLogHandler)(mjfLogHandler);
  mjModel *(*mj_loadXML)(const char *, const mjVFS *, char *, int);
  void (*mj_deleteModel)(mjModel *);
  mjData *(*mj_makeData)(const mjModel *);
  void (*mj_deleteData)(mjData *);
  void (*mj_resetData)(const mjModel *, mjData *);
  void (*mj_forward)(const mjModel *, mjData *);
  void (*mj_step)(const mjModel *, mjData *);
  void (*mj_rnePostConstraint)(const mjModel *, mjData *);
  int (*mj_name2id)(const mjModel *, int, const char *);
} Functions;

struct CoppiceMuJoCoWorld {
  Functions call;
  mjModel *model;
  mjData *data;
};

static bool find(void *library, const char *name, void *function, char *message) {
  void *symbol = dlsym(library, name);
  if (!symbol) {
    char text[128];
    snprintf(text, sizeof text, "the library has no function %s", name);
    write_message(message, text);
    return false;
  }
  memcpy(function, &symbol, sizeof symbol);
  return true;
}

static bool find_all(void *library, Functions *call, char *message) {
  return find(library, "mj_version", &call->mj_version, message)
         && find(library, "mju_setLogHandler", &call->mju_setLogHandler, message)
         && find(library, "mj_loadXML", &call->mj_loadXML, message)
         && find(library, "mj_deleteModel", &call->mj_deleteModel, message)
         && find(library, "mj_makeData", &call->mj_makeData, message)
         && find(library, "mj_deleteData", &call->mj_deleteData, message)
         && find(library, "mj_resetData", &call->mj_resetData, message)
         && find(library, "mj_forward", &call->mj_forward, message)
         && find(library, "mj_step", &call->mj_step, message)
         && find(library, "mj_rnePostConstraint", &call->mj_rnePostConstraint, message)
         && find(library, "mj_name2id", &call->mj_name2id, message);
}

// ---- errors: MuJoCo's handler must not return, so it jumps back to the call that is being guarded

typedef struct {
  jmp_buf start;
  char *message;
} Guard;

static _Thread_local Guard *guard = NULL;

static void handle(const mjLogMessage *entry) {
  // warnings are counted in mjData and change nothing; only errors concern the caller
  if (entry->level != mjLOG_ERROR) return;
  if (!guard) {
    fprintf(stderr, "MuJoCo: %s\n", entry->subject);
    abort();
  }
  write_message(guard->message, entry->subject);
  _longjmp(guard->start, 1);
}

#define GUARDED(text, work)            \
  do {                                 \
    Guard here;                        \
    here.message = (text);             \
    guard = &here;                     \
    if (_setjmp(here.start) == 0) {    \
      work;                            \
      guard = NULL;                    \
      return true;                     \
    }                                  \
    guard = NULL;                      \
    return false;                      \
  } while (0)

// ---- worlds

bool coppice_mujoco_has_headers(void) { return true; }

int coppice_mujoco_header_version(void) { return mjVERSION_HEADER; }

static bool load(CoppiceMuJoCoWorld *world, const char *model, char *message) {
  // mj_loadXML reports most errors by itself
  GUARDED(message, {
    world->model = world->call.mj_loadXML(model, NULL, message, coppice_mujoco_message_size);
  });
}

static bool make_data(CoppiceMuJoCoWorld *world, char *message) {
  GUARDED(message, world->data = world->call.mj_makeData(world->model));
}

CoppiceMuJoCoWorld *coppice_mujoco_open(const char *library, const char *model, char *message) {
  // never unloaded: other worlds of the process use the same library
  void *opened = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!opened) {
    const char *reason = dlerror();
    write_message(message, reason ? reason : "the library cannot be opened");
    return NULL;
  }
  CoppiceMuJoCoWorld *world = calloc(1, sizeof *world);
  if (!world) {
    write_message(message, "no memory");
    return NULL;
  }
  if (!find_all(opened, &world->call, message)) goto failed;
  if (world->call.mj_version() != mjVERSION_HEADER) {
    char text[128];
    snprintf(text, sizeof text, "the library has version %d, its headers %d",
             world->call.mj_version(), mjVERSION_HEADER);
    write_message(message, text);
    goto failed;
  }
  world->call.mju_setLogHandler(handle);

  if (!load(world, model, message)) goto failed;
  if (!world->model) {
    message[strcspn(message, "\r\n")] = 0;
    goto failed;
  }
  if (!make_data(world, message)) goto failed;
  if (!world->data) {
    write_message(message, "no memory for the state of the model");
    goto failed;
  }
  return world;

failed:
  coppice_mujoco_close(world);
  return NULL;
}

void coppice_mujoco_close(CoppiceMuJoCoWorld *world) {
  if (!world) return;
  if (world->data) world->call.mj_deleteData(world->data);
  if (world->model) world->call.mj_deleteModel(world->model);
  free(world);
}

CoppiceMuJoCoView coppice_mujoco_view(const CoppiceMuJoCoWorld *world) {
  const mjModel *model = world->model;
  mjData *data = world->data;
  return (CoppiceMuJoCoView){
    .position_count = (int32_t)model->nq,
    .velocity_count = (int32_t)model->nv,
    .activation_count = (int32_t)model->na,
    .control_count = (int32_t)model->nu,
    .body_count = (int32_t)model->nbody,
    .site_count = (int32_t)model->nsite,
    .time_step = model->opt.timestep,
    .time = &data->time,
    .positions = data->qpos,
    .velocities = data->qvel,
    .activations = data->act,
    .warm_start = data->qacc_warmstart,
    .controls = data->ctrl,
    .body_positions = data->xpos,
    .body_mass_centres = data->xipos,
    .site_positions = data->site_xpos,
    .body_inertias = data->cinert,
    .body_velocities = data->cvel,
    .actuator_forces = data->qfrc_actuator,
    .constraint_forces = data->qfrc_constraint,
    .external_forces = data->cfrc_ext,
    .body_masses = model->body_mass,
    .initial_positions = model->qpos0,
    .control_ranges = model->actuator_ctrlrange,
  };
}

int32_t coppice_mujoco_body(const CoppiceMuJoCoWorld *world, const char *name) {
  return world->call.mj_name2id(world->model, mjOBJ_BODY, name);
}

bool coppice_mujoco_reset(CoppiceMuJoCoWorld *world, char *message) {
  GUARDED(message, world->call.mj_resetData(world->model, world->data));
}

bool coppice_mujoco_forward(CoppiceMuJoCoWorld *world, char *message) {
  GUARDED(message, world->call.mj_forward(world->model, world->data));
}

static void act(CoppiceMuJoCoWorld *world, int32_t count) {
  for (int32_t step = 0; step < count; step++) world->call.mj_step(world->model, world->data);
  world->call.mj_rnePostConstraint(world->model, world->data);
}

bool coppice_mujoco_step(CoppiceMuJoCoWorld *world, int32_t count, char *message) {
  GUARDED(message, act(world, count));
}

bool coppice_mujoco_follow(CoppiceMuJoCoWorld *world, const double *controls, int32_t rows,
                           int32_t count, char *message) {
  size_t width = (size_t)world->model->nu;
  GUARDED(message, for (int32_t row = 0; row < rows; row++) {
    memcpy(world->data->ctrl, controls + (size_t)row * width, width * sizeof *controls);
    act(world, count);
  });
}

#else

static bool unavailable(char *message) {
  write_message(message, "built without MuJoCo's headers");
  return false;
}

bool coppice_mujoco_has_headers(void) { return false; }

int coppice_mujoco_header_version(void) { return 0; }

CoppiceMuJoCoWorld *coppice_mujoco_open(const char *library, const char *model, char *message) {
  (void)library, (void)model;
  unavailable(message);
  return NULL;
}

void coppice_mujoco_close(CoppiceMuJoCoWorld *world) { (void)world; }

CoppiceMuJoCoView coppice_mujoco_view(const CoppiceMuJoCoWorld *world) {
  (void)world;
  return (CoppiceMuJoCoView){0};
}

int32_t coppice_mujoco_body(const CoppiceMuJoCoWorld *world, const char *name) {
  (void)world, (void)name;
  return -1;
}

bool coppice_mujoco_reset(CoppiceMuJoCoWorld *world, char *message) {
  (void)world;
  return unavailable(message);
}

bool coppice_mujoco_forward(CoppiceMuJoCoWorld *world, char *message) {
  (void)world;
  return unavailable(message);
}

bool coppice_mujoco_step(CoppiceMuJoCoWorld *world, int32_t count, char *message) {
  (void)world, (void)count;
  return unavailable(message);
}

bool coppice_mujoco_follow(CoppiceMuJoCoWorld *world, const double *controls, int32_t rows,
                           int32_t count, char *message) {
  (void)world, (void)controls, (void)rows, (void)count;
  return unavailable(message);
}

#endif
