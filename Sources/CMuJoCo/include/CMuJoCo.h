#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MuJoCo behind a small door: the library is opened at run time, and this header needs none of its
// headers. Built without them, every function here reports that MuJoCo is unavailable.
//
// Functions that can fail return false (or a null pointer) and write one line into `message`, which
// holds `coppice_mujoco_message_size` characters. No MuJoCo error ends the process, nothing is
// printed, and no MUJOCO_LOG.TXT is written.
//
// A world belongs to one thread at a time.

enum { coppice_mujoco_message_size = 1024 };

// One model and its simulation state.
typedef struct CoppiceMuJoCoWorld CoppiceMuJoCoWorld;

// The sizes of a world and where its numbers lie. Valid as long as the world.
typedef struct {
  int32_t position_count;    // nq
  int32_t velocity_count;    // nv
  int32_t activation_count;  // na
  int32_t control_count;     // nu
  int32_t body_count;        // nbody, the world body included
  int32_t site_count;        // nsite
  double time_step;          // seconds of one simulation step

  double *time;                        // [1]
  double *positions;                   // qpos [nq]
  double *velocities;                  // qvel [nv]
  double *activations;                 // act [na]
  double *warm_start;                  // qacc_warmstart [nv]
  double *controls;                    // ctrl [nu]
  double *body_positions;              // xpos [nbody, 3]
  double *body_mass_centres;           // xipos [nbody, 3]
  double *site_positions;              // site_xpos [nsite, 3]
  const double *body_inertias;         // cinert [nbody, 10]
  const double *body_velocities;       // cvel [nbody, 6]
  const double *actuator_forces;       // qfrc_actuator [nv]
  const double *constraint_forces;     // qfrc_constraint [nv]
  const double *external_forces;       // cfrc_ext [nbody, 6]
  const double *body_masses;           // body_mass [nbody]
  const double *initial_positions;     // qpos0 [nq]
  const double *control_ranges;        // actuator_ctrlrange [nu, 2]
} CoppiceMuJoCoView;

// Whether this was built with MuJoCo's headers.
bool coppice_mujoco_has_headers(void);

// The version of the headers as MuJoCo writes it, 4000000 for 4.0.0; 0 without headers.
int coppice_mujoco_header_version(void);

// Opens the library at `library`, loads the model at `model` and makes its state.
CoppiceMuJoCoWorld *coppice_mujoco_open(const char *library, const char *model, char *message);

// Frees a world; a null pointer is left alone.
void coppice_mujoco_close(CoppiceMuJoCoWorld *world);

// The sizes and addresses of `world`.
CoppiceMuJoCoView coppice_mujoco_view(const CoppiceMuJoCoWorld *world);

// The number of the body called `name`; -1 where there is none.
int32_t coppice_mujoco_body(const CoppiceMuJoCoWorld *world, const char *name);

// mj_resetData: the state of a new episode, before any noise.
bool coppice_mujoco_reset(CoppiceMuJoCoWorld *world, char *message);

// mj_forward: everything that follows from positions, velocities and controls.
bool coppice_mujoco_forward(CoppiceMuJoCoWorld *world, char *message);

// mj_step, `count` times, then mj_rnePostConstraint, which computes the external forces.
bool coppice_mujoco_step(CoppiceMuJoCoWorld *world, int32_t count, char *message);

// The bare loop that step rates are compared with: for each of `rows` rows of `controls` [rows, nu]
// what coppice_mujoco_step does, and nothing else.
bool coppice_mujoco_follow(CoppiceMuJoCoWorld *world, const double *controls, int32_t rows,
                           int32_t count, char *message);
