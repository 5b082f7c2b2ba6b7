"""Captions as people write them: with synonyms, in several orders, with parts left out.

The words of `models/storybook/README.md` are always among the choices, so that they keep working.
"""
import random

from storybook.world import Spec

SUBJECTS = {
    'woman': ['woman', 'woman', 'woman', 'lady', 'young woman'], 'man': ['man', 'man', 'man', 'guy', 'gentleman'],
    'girl': ['girl', 'girl', 'little girl'], 'boy': ['boy', 'boy', 'little boy'],
    'knight': ['knight', 'knight', 'knight in armor'], 'astronaut': ['astronaut', 'astronaut', 'spaceman'],
    'wizard': ['wizard', 'wizard', 'sorcerer'], 'princess': ['princess', 'princess', 'princess with a crown'],
    'robot': ['robot', 'robot', 'android'], 'pirate': ['pirate'], 'king': ['king', 'king', 'king with a crown'],
    'ninja': ['ninja'],
}
SCENES = {
    'in the desert with pyramids': ['in the desert', 'in front of pyramids', 'in Egypt, pyramids, desert'],
    'on a city street at night': ['in the city at night', 'on the street at midnight', 'city lights, night'],
    'in front of a castle with a rainbow': ['in front of a castle', 'near a castle under a rainbow',
                                            'at the princess castle with rainbow', 'castle, rainbow'],
    'on the moon in space': ['on the moon', 'in space', 'moon, space, stars'],
    'in a forest': ['in the woods', 'among trees', 'in the forest'],
    'in snowy mountains': ['in the mountains', 'in the snow', 'snow, mountains'],
    'on a beach': ['at the beach', 'by the sea', 'on the beach with a palm tree'],
    'in a flower meadow': ['in a meadow', 'in a field of flowers', 'among flowers'],
    'in a cozy room': ['at home', 'in a room', 'indoors, by the window'],
}
POSES = {
    'standing': ['standing still', 'stands'], 'waving': ['waving hello', 'waving a hand'],
    'with arms raised': ['arms up', 'raising both arms', 'cheering'],
    'with hands on hips': ['hands on hips'], 'with arms spread': ['arms wide open', 'with open arms'],
    'walking': ['taking a walk'], 'running': ['jogging', 'in a hurry'], 'jumping': ['leaping', 'in mid-air'],
    'kneeling': ['on one knee'], 'dancing': ['dancing happily'], 'sitting': ['seated', 'sitting down'],
    'pointing': ['pointing a finger', 'pointing to the side'],
}
MOODS = {
    'smiling': ['smiling', 'happy', 'with a smile'], 'laughing': ['laughing', 'cheerful', 'with a big smile'],
    'sad': ['sad', 'unhappy', 'crying'], 'angry': ['angry', 'furious'],
    'surprised': ['surprised', 'astonished'], 'calm': ['calm', 'serious'],
}
HEADS = {
    'photo': ['a photo of', 'a photo of', 'a photo of', 'photo of', 'a picture of', ''],
    'cartoon': ['a cartoon of', 'a cartoon of', 'cartoon of', 'a comic drawing of'],
    'pencil sketch': ['a pencil sketch of', 'a pencil sketch of', 'pencil drawing of', 'a sketch of'],
}
PORTRAITS = {
    'photo': ['portrait of', 'portrait of', 'a portrait of', 'a close-up of', 'portrait photo of'],
    'cartoon': ['cartoon portrait of', 'a cartoon portrait of'],
    'pencil sketch': ['pencil sketch portrait of', 'a pencil portrait of'],
}
SUFFIX = {'photo': ['photo', 'photorealistic'], 'cartoon': ['cartoon', 'cartoon style'],
          'pencil sketch': ['pencil sketch', 'pencil drawing']}
QUALITY = ['high quality', 'detailed', '4K', 'sharp focus', 'hd', 'beautiful']


def article(words):
    """'a' or 'an' before the words."""
    return ('an ' if words[0].lower() in 'aeiou' else 'a ') + words


def _choose(rng, usual, others, usual_share=.6):
    return usual if not others or rng.random() < usual_share else rng.choice(others)


def subject(spec: Spec, rng: random.Random):
    """The noun with its adjectives, e.g. 'a smiling pale-skinned girl' or 'a blue robot'."""
    words = []
    if spec.kind not in ('robot', 'knight') and spec.view != 'back' and rng.random() < (.25 if spec.mood == 'calm' else .6):
        mood = rng.choice(MOODS[spec.mood])
        if not mood.startswith('with'):
            words.append(mood)
    if spec.fleshly and rng.random() < .2:
        words.append(f'{spec.skin}-skinned')
    if spec.kind in ('robot', 'ninja') and rng.random() < .85:
        words.append(spec.color)
    words.append(rng.choice(SUBJECTS[spec.kind]))
    return article(' '.join(words))


def looks(spec: Spec, rng: random.Random):
    """What follows 'with': hair, beard, glasses, eyes."""
    parts = []
    if not spec.fleshly:
        return parts
    if spec.hair == 'bald':
        if not spec.hat and rng.random() < .5:
            parts.append('a bald head')
    elif rng.random() < .62:
        style = spec.hair
        if style in ('bun', 'ponytail'):
            parts.append(rng.choice([f'{spec.hair_color} {style} hair', f'{spec.hair_color} hair in a {style}',
                                     f'a {spec.hair_color} {style}']))
        elif style == 'pigtails':
            parts.append(rng.choice([f'{spec.hair_color} pigtails', f'{spec.hair_color} hair in pigtails']))
        else:
            parts.append(rng.choice([f'{spec.hair_color} {style} hair', f'{style} {spec.hair_color} hair',
                                     f'{spec.hair_color} hair']))
    if spec.beard and rng.random() < .7:
        parts.append(rng.choice(['a beard', 'a beard', f'a {spec.hair_color} beard']))
    if spec.glasses and rng.random() < .9:
        parts.append('glasses')
    if spec.shot == 'portrait' and spec.view == 'front' and rng.random() < .25:
        parts.append(f'{spec.eyes} eyes')
    return parts


def clothes(spec: Spec, rng: random.Random):
    """What follows 'wearing'."""
    parts = []
    if spec.fleshly and rng.random() < .8:
        if spec.outfit == 'cape':
            parts += [f'{spec.color} clothes', f'a {spec.second} cape'] if rng.random() < .7 else [f'a {spec.second} cape']
        elif spec.outfit == 'striped shirt':
            parts.append(rng.choice([f'a {spec.color} striped shirt', f'a striped {spec.color} shirt']))
        else:
            parts.append(article(f'{spec.color} {spec.outfit}'))
            if spec.outfit == 'shirt' and spec.shot != 'portrait' and rng.random() < .3:
                parts.append(f'{spec.second} {rng.choice(["pants", "trousers"])}')
    elif spec.kind == 'knight' and spec.outfit == 'cape' and rng.random() < .7:
        parts.append(f'a {spec.second} cape')
    if spec.scarf and rng.random() < .85:
        parts.append(article(f'{spec.scarf} scarf'))
    if spec.hat and rng.random() < .9:
        parts.append(f'a {spec.second} {spec.hat}' if rng.random() < .5 else f'a {spec.hat}')
    return parts


def scene(spec: Spec, rng: random.Random):
    """Where and when."""
    if spec.scene == 'plain':
        return _choose(rng, f'on a plain {spec.background} background', [f'{spec.background} background',
                                                                       f'plain {spec.background} background'])
    place = _choose(rng, spec.scene, SCENES[spec.scene], .7)
    if spec.time == 'day' or rng.random() < .1:
        return place
    return place + {'sunset': rng.choice([' at sunset', ' at sunset', ', evening light']),
                    'night': rng.choice([' at night', ' at night', ', night'])}[spec.time]


def join(parts):
    """'a', 'a and b', 'a, b and c'."""
    return parts[0] if len(parts) == 1 else ', '.join(parts[:-1]) + ' and ' + parts[-1]


def caption(spec: Spec, rng: random.Random):
    """One caption for the picture; '' now and then, since pictures are also asked for without a word."""
    portrait = spec.shot == 'portrait'
    head = rng.choice((PORTRAITS if portrait else HEADS)[spec.style])
    suffix = rng.random() < .12
    if suffix:
        head = rng.choice(PORTRAITS['photo']) if portrait else ''
    with_parts, wear = looks(spec, rng), clothes(spec, rng)
    doing = _choose(rng, spec.pose, POSES[spec.pose], .75) if not portrait and rng.random() < .88 else ''
    holding = f'holding {article(spec.prop)}' if spec.prop and rng.random() < .92 else ''
    pet = f'with {article(spec.pet_color + " " + spec.pet if rng.random() < .6 else spec.pet)}' if spec.pet and rng.random() < .95 else ''
    view = ''
    if spec.view == 'back':
        view = rng.choice(['seen from behind', 'from behind'])
    elif spec.view != 'front' and rng.random() < .85:
        view = rng.choice([f'facing {spec.view}', f'facing {spec.view}', f'looking {spec.view}', f'turned to the {spec.view}'])
    place = scene(spec, rng) if rng.random() < .93 else ''
    who = f'{head} {subject(spec, rng)}'.strip()

    if rng.random() < .2:  # one plain sentence
        text = who
        if wear:
            text += ' ' + rng.choice(['in', 'wearing']) + ' ' + join(wear)
        if with_parts:
            text += ' with ' + join(with_parts)
        text = ' '.join(w for w in (text, doing, holding, pet, view, place) if w)
    else:
        first = who + (' with ' + join(with_parts) if with_parts else '')
        tail = [w for w in (doing, holding, pet, view, place) if w]
        if wear:
            tail.insert(0, 'wearing ' + join(wear))
        if rng.random() < .3:
            rng.shuffle(tail)
        text = ', '.join([first] + tail)
    if suffix:
        text += ', ' + rng.choice(SUFFIX[spec.style])
    if spec.shot == 'full' and rng.random() < .25:
        text += ', ' + rng.choice(['full body', 'full body', 'full height'])
    elif spec.shot == 'medium' and rng.random() < .25:
        text += ', ' + rng.choice(['medium shot', 'upper body'])
    for _ in range(2):
        if rng.random() < .06:
            text += ', ' + rng.choice(QUALITY)
    return text if rng.random() < .98 else ''
